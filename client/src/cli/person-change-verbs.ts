// sallyport person verify, grant, revoke, assign, unassign, tie, fact, correct, review.

import { Problem, type PersonChange } from '@sallyport/protocol'
import type { Command } from 'commander'
import type { Context } from './context.ts'
import type { Exit } from './environment.ts'
import { changePerson, readChange, reasonOption, type ReasonOptions } from './person-change.ts'
import { addVerb, type Desk } from './verb.ts'

interface VerifyOptions extends ReasonOptions {
  readonly usPerson?: string
  readonly foreignPerson?: true
  readonly citizenship?: string
  readonly formerCitizenship?: string
  readonly permanentResidency?: string
  readonly evidence: string
}
interface AssignOptions extends ReasonOptions {
  readonly program: string
  readonly purpose: string
}
interface TieOptions extends ReasonOptions {
  readonly add?: string
  readonly remove?: string
}
interface FactOptions extends ReasonOptions {
  readonly regularEmployee?: string | false
  readonly nda?: string | false
  readonly briefed?: string
  readonly foreignEmployer?: boolean
  readonly employer?: string
  readonly ownEmployer?: true
}
interface CorrectOptions extends ReasonOptions {
  readonly name?: string
  readonly kind?: string
  readonly externalId?: string
  readonly mail?: string | false
  readonly evidence?: string
  readonly ndaSigned?: string
}

export function addPersonChangeVerbs(person: Command, desk: Desk): void {
  addVerb<VerifyOptions>(person, desk, {
    usage: 'verify <person>',
    summary: 'Ask two others to verify a status, or to restore somebody who was ended',
    example: 'sallyport person verify noah --us-person citizen --evidence "HR file 12" --reason "new hire"',
    required: [['--evidence <reference>', 'where the evidence is kept'], reasonOption],
    options: [
      ['--us-person <basis>', 'citizen, national, lpr, refugee, asylee, temporary-resident-1160a or -1255a'],
      ['--foreign-person', 'with the countries below, comma-separated (ISO 3166-1)'],
      ['--citizenship <countries>', 'foreign persons only: present citizenships'],
      ['--former-citizenship <countries>', 'foreign persons only: past citizenships'],
      ['--permanent-residency <countries>', 'foreign persons only: present permanent residencies'],
    ],
    run: verify,
  })
  addRoleVerbs(person, desk)
  addVerb<TieOptions>(person, desk, {
    usage: 'tie <person>',
    summary: 'Add a country of a foreign person at once, or ask two others to remove one',
    example: 'sallyport person tie marc --add former-citizenship:RU --reason "told us so"',
    required: [reasonOption],
    options: [
      ['--add <tie:country>', 'citizenship, former-citizenship or permanent-residency'],
      ['--remove <tie:country>', 'the same; takes two others'],
    ],
    run: (context, [wanted = ''], options) => changePerson(context, wanted, tieChange(options), options.reason),
  })
  addVerb<FactOptions>(person, desk, {
    usage: 'fact <person>',
    summary: 'Record one fact that coverage rests on; what widens takes two others',
    example: 'sallyport person fact james --no-nda --reason "NDA was withdrawn"',
    required: [reasonOption],
    options: [
      ['--regular-employee <basis>', 'direct-permanent or long-term-contract (22 CFR 120.64)'],
      ['--no-regular-employee', 'not a regular employee any more'],
      ['--nda <day>', 'an NDA was signed that day'],
      ['--no-nda', 'the NDA was withdrawn'],
      ['--briefed <day>', 'was last briefed that day'],
      ['--foreign-employer', 'acts for a foreign employer'],
      ['--no-foreign-employer', 'does not act for one'],
      ['--employer <party>', 'employee of this party'],
      ['--own-employer', "one of the enclave's own people"],
    ],
    run: (context, [wanted = ''], options) => changePerson(context, wanted, factChange(options), options.reason),
  })
  addVerb<CorrectOptions>(person, desk, {
    usage: 'correct <person>',
    summary: 'Correct what describes a person; the record keeps what was',
    example: 'sallyport person correct tomas --name "Tomás Rivera Gil" --reason "married"',
    required: [reasonOption],
    options: [
      ['--name <name>', 'display name'],
      ['--kind <kind>', 'employee, contractor, visitor, vendor-staff or service-owner'],
      ['--external-id <id>', "the organization's own number for the person"],
      ['--mail <address>', 'where notices go'],
      ['--no-mail', 'no notices by mail'],
      ['--evidence <reference>', 'where the evidence is kept'],
      ['--nda-signed <day>', 'day of the NDA that is recorded'],
    ],
    run: correct,
  })
  addVerb<ReasonOptions>(person, desk, {
    usage: 'review <person>',
    summary: 'Record that the status was looked at again and holds',
    example: 'sallyport person review lin --reason "yearly review"',
    required: [reasonOption],
    run: (context, [wanted = ''], { reason }) => changePerson(context, wanted, { change: 'review' }, reason),
  })
}

function addRoleVerbs(person: Command, desk: Desk): void {
  for (const [verb, change, summary] of [
    [
      'grant',
      'grant-role',
      'Ask two others to grant a role: engineer, officer, administrator, auditor, analyst or empowered-official',
    ],
    ['revoke', 'remove-role', 'Take a role away at once'],
  ] as const) {
    addVerb<ReasonOptions>(person, desk, {
      usage: `${verb} <person> <role>`,
      summary,
      example: `sallyport person ${verb} noah engineer --reason "works on Falcon"`,
      required: [reasonOption],
      run: (context, [wanted = '', role = ''], { reason }) =>
        changePerson(context, wanted, readChange({ change, role }), reason),
    })
  }
  for (const [change, summary] of [
    ['assign', 'Ask two others to assign a person to a program for a purpose'],
    ['unassign', 'Take an assignment away at once'],
  ] as const) {
    addVerb<AssignOptions>(person, desk, {
      usage: `${change} <person>`,
      summary,
      example: `sallyport person ${change} noah --program falcon --purpose co-development --reason "work package 3"`,
      required: [['--program <program>', 'short name'], ['--purpose <purpose>', 'short name'], reasonOption],
      run: (context, [wanted = ''], { program, purpose, reason }) =>
        changePerson(context, wanted, readChange({ change, program, purpose }), reason),
    })
  }
}

function verify(context: Context, [wanted = '']: readonly string[], options: VerifyOptions): Promise<Exit> {
  const { usPerson, foreignPerson, evidence: evidenceRef } = options
  const countries = [options.citizenship, options.formerCitizenship, options.permanentResidency]
  if ((usPerson === undefined) === (foreignPerson === undefined)) throw wantOne('--us-person or --foreign-person')
  if (usPerson !== undefined && countries.some((one) => one !== undefined)) {
    throw new Problem(
      'invalid-request',
      'cannot verify: countries are never asked of a U.S. person, want --us-person alone',
    )
  }
  const [citizenships, formerCitizenships, permanentResidencies] = countries.map(listOf)
  const change =
    usPerson === undefined
      ? {
          change: 'verify-foreign-person',
          ties: { citizenships, formerCitizenships, permanentResidencies },
          evidenceRef,
        }
      : { change: 'verify-us-person', basis: usPerson, evidenceRef }
  return changePerson(context, wanted, readChange(change), options.reason)
}

function correct(context: Context, [wanted = '']: readonly string[], options: CorrectOptions): Promise<Exit> {
  const change = readChange({
    change: 'correct',
    displayName: options.name,
    kind: options.kind,
    externalId: options.externalId,
    // Commander reads `--no-mail` as false.
    mail: options.mail === false ? null : options.mail,
    evidenceRef: options.evidence,
    ndaSignedOn: options.ndaSigned,
  })
  return changePerson(context, wanted, change, options.reason)
}

function tieChange({ add, remove }: TieOptions): PersonChange {
  const asked = add ?? remove
  if (asked === undefined || (add !== undefined && remove !== undefined)) throw wantOne('--add or --remove')
  // All of what follows is the country: of two that are typed none is left out unsaid.
  const [, tie, country] = /^([^:]*):?([^]*)$/.exec(asked) ?? []
  return readChange({
    change: add === undefined ? 'remove-tie' : 'add-tie',
    tie,
    country: country?.trim().toUpperCase(),
  })
}

function factChange(options: FactOptions): PersonChange {
  const { regularEmployee, nda, briefed, foreignEmployer, employer, ownEmployer } = options
  // Commander reads a flag that has only a `--no-` given as false, and as undefined without any.
  const facts = [
    regularEmployee === false ? { change: 'end-regular-employment' } : null,
    typeof regularEmployee === 'string' ? { change: 'record-regular-employee', basis: regularEmployee } : null,
    nda === false ? { change: 'withdraw-nda' } : null,
    typeof nda === 'string' ? { change: 'record-nda', signedOn: nda } : null,
    briefed === undefined ? null : { change: 'record-briefing', briefedOn: briefed },
    foreignEmployer === true ? { change: 'record-foreign-employer' } : null,
    foreignEmployer === false ? { change: 'clear-foreign-employer' } : null,
    employer === undefined ? null : { change: 'change-employer', employer },
    ownEmployer === undefined ? null : { change: 'change-employer', employer: null },
  ].filter((one) => one !== null)
  if (facts.length !== 1) throw wantOne('one fact')
  return readChange(facts[0])
}

function listOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(',').map((one) => one.trim().toUpperCase())
}

function wantOne(what: string): Problem {
  return new Problem('invalid-request', `cannot tell what to change, want exactly ${what}`)
}
