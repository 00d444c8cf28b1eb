// The terms of an authorization that stands as a draft, to type other terms over them.

import {
  emptyProviso,
  limitNames,
  newKey,
  type Draft,
  type Picked,
  type Proviso,
  type ProvisoDraft,
  type Terms,
} from './draft.ts'

/** `nameOf` names a person by id. */
export function draftOf(terms: Terms, nameOf: (id: string) => string): Draft {
  const picked = (id: string): Picked => ({ id, name: nameOf(id) })
  const { exemption } = terms
  return {
    kind: terms.kind,
    number: terms.number,
    citation: terms.citation,
    title: terms.title,
    parties: terms.parties.map(({ role = '', under = '', ...party }) => ({ key: newKey(), ...party, role, under })),
    persons: terms.persons.map(picked),
    countries: terms.countries,
    items: terms.items,
    programs: terms.programs,
    purposes: terms.purposes,
    provisos: terms.provisos.map((one) => provisoDraftOf(one, picked)),
    determinations: terms.determinations.map(({ by, ...one }) => ({ key: newKey(), ...one, by: [picked(by)] })),
    employees: (terms.employees ?? []).map(({ person, by, ...one }) => ({
      key: newKey(),
      ...one,
      person: [picked(person)],
      by: [picked(by)],
    })),
    lines: (terms.lines ?? []).map(({ quantity, valueCents, ...one }) => ({
      key: newKey(),
      ...one,
      quantity: String(quantity),
      value: valueCents === 0 ? '' : (valueCents / 100).toFixed(2),
    })),
    section: exemption?.section ?? '',
    evidence: exemption?.evidence ?? {},
    signer: exemption === undefined ? [] : [picked(exemption.certification.signer)],
    signedOn: exemption?.certification.on ?? '',
    territory: exemption?.territory ?? [],
    registrant: terms.registrant ?? '',
    endUse: terms.endUse ?? '',
    scope: terms.scope ?? '',
    certificate: terms.certificate ?? '',
    replaces: terms.replaces ?? '',
    documents: (terms.documents ?? []).map(({ file, title }) => ({ id: file, name: title })),
    validFrom: terms.validFrom,
    validUntil: terms.validUntil,
  }
}

function provisoDraftOf(proviso: Proviso, picked: (id: string) => Picked): ProvisoDraft {
  const { key, ...empty } = emptyProviso([])
  const { kind, id, text } = proviso
  const base = { key, ...empty, kind, id, text }
  if (proviso.kind === 'obligation') return { ...base, obligation: proviso.obligation }
  if (proviso.kind === 'manual') return { ...base, owner: proviso.owner }
  if (proviso.kind === 'duty') {
    return { ...base, owner: proviso.owner, due: proviso.due ?? '', evidence: proviso.evidence ?? '' }
  }
  return {
    ...base,
    limits: limitNames.filter((limit) => proviso[limit] !== undefined),
    places: proviso.places ?? [],
    actions: proviso.actions ?? [],
    parties: proviso.parties ?? [],
    persons: (proviso.persons ?? []).map(picked),
    items: proviso.items ?? [],
    programs: proviso.programs ?? [],
    until: proviso.until ?? '',
    briefedWithinDays: proviso.briefedWithinDays === undefined ? '' : String(proviso.briefedWithinDays),
  }
}
