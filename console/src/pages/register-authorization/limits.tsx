// What a condition limits: each limit is a fixed rule that was proved once, and this is its data.

import { limitNames, type LimitName } from './draft.ts'
import { Checks, CountriesField, DayField, FieldGrid, TextField } from './fields.tsx'
import { PeopleField } from './picking.tsx'
import type { ProvisoProps } from './provisos.tsx'

const names = {
  places: 'Where a release may happen',
  actions: 'Which actions',
  parties: 'Employees of certain parties',
  persons: 'Certain people',
  items: 'Certain items',
  programs: 'Certain programs',
  until: 'Until a day',
  nda: 'A signed NDA, whoever employs them',
  briefedWithinDays: 'A current briefing',
  acknowledged: 'That they acknowledged this text',
} as const satisfies Record<LimitName, string>

const actions = [
  ['file.open', 'Open a file'],
  ['file.fetch', 'Fetch it, sealed'],
  ['file.list', 'See it in lists'],
  ['file.share', 'Tell others of it'],
  ['file.receive', 'Be told of it'],
  ['file.protect', 'Protect files'],
  ['file.acknowledge', 'Acknowledge provisos'],
  ['vault.list', 'See vaults'],
] as const

const asOptions = (all: readonly string[]) => all.map((one) => [one, one] as const)

export function Limits({ draft, proviso, change, at }: ProvisoProps) {
  const has = (limit: LimitName) => proviso.limits.includes(limit)
  const place = (member: LimitName) => `provisos.${at}.${member}`
  const foreign = draft.parties.filter(({ side }) => side === 'foreign')
  return (
    <FieldGrid>
      <Checks
        label="What it limits"
        options={limitNames.map((limit) => [limit, names[limit]] as const)}
        value={proviso.limits}
        onChange={(limits) => change({ limits })}
      />
      {has('places') && (
        <CountriesField
          label="Released only in"
          place={place('places')}
          hint="Countries that the authorization names, or US. Two letters each, with commas"
          value={proviso.places}
          onChange={(places) => change({ places })}
          isNeeded
        />
      )}
      {has('actions') && (
        <Checks
          label="Only these actions"
          place={place('actions')}
          options={actions}
          value={proviso.actions as readonly (typeof actions)[number][0][]}
          onChange={(chosen) => change({ actions: chosen })}
        />
      )}
      {has('parties') && (
        <Checks
          label="Only employees of"
          place={place('parties')}
          options={foreign.map(({ id, name }) => [id, name || id] as const)}
          value={proviso.parties}
          onChange={(parties) => change({ parties })}
        />
      )}
      {has('persons') && (
        <PeopleField label="Only these people" value={proviso.persons} onChange={(persons) => change({ persons })} />
      )}
      {has('items') && (
        <Checks
          label="Only these items"
          place={place('items')}
          options={asOptions(draft.items)}
          value={proviso.items}
          onChange={(items) => change({ items })}
        />
      )}
      {has('programs') && (
        <Checks
          label="Only these programs"
          place={place('programs')}
          options={asOptions(draft.programs)}
          value={proviso.programs}
          onChange={(programs) => change({ programs })}
        />
      )}
      {has('until') && (
        <DayField
          label="Until the end of"
          place={place('until')}
          hint="UTC"
          value={proviso.until}
          onChange={(until) => change({ until })}
          isEnd
          isNeeded
        />
      )}
      {has('briefedWithinDays') && (
        <TextField
          label="Briefed within so many days"
          place={place('briefedWithinDays')}
          hint="By the briefing on the roster; 365 is a year"
          value={proviso.briefedWithinDays}
          onChange={(briefedWithinDays) => change({ briefedWithinDays })}
          max={4}
          isNeeded
        />
      )}
    </FieldGrid>
  )
}
