// Choosing somebody, a file or an authorization by the beginning of a name, out of however many there are. Whoever uses it keeps the id alone.

import { Combobox, Field, makeStyles, mergeClasses, Option } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call, type AnswerOf } from '../api/index.ts'
import { useSettled } from './use-settled.ts'

interface Named {
  readonly id: string
  readonly name: string
}

export interface FinderProps {
  readonly label: string
  readonly className?: string | undefined
  /** The id that is chosen. */
  readonly chosen: string | undefined
  /** Told the id; undefined when nothing is chosen any more. */
  readonly onChoose: (id: string | undefined) => void
}

interface Source {
  readonly kind: string
  readonly find: (name: string, signal: AbortSignal) => Promise<readonly Named[]>
  readonly one: (id: string, signal: AbortSignal) => Promise<Named>
}

const people: Source = {
  kind: 'people',
  find: async (name, signal) =>
    (await call('people', { query: name === '' ? {} : { name }, signal })).people.filter(
      ({ mergedInto }) => mergedInto === null,
    ),
  one: async (personId, signal) => await call('person', { path: { personId }, signal }),
}

const files: Source = {
  kind: 'files',
  find: async (name, signal) => (await call('files', { query: name === '' ? {} : { name }, signal })).files,
  one: async (fileId, signal) => await call('file', { path: { fileId }, signal }),
}

const authorizations: Source = {
  kind: 'authorizations',
  find: async (name, signal) => await authorizationsNamed(name, signal),
  one: async (authorizationId, signal) => named(await call('authorization', { path: { authorizationId }, signal })),
}

export function FindPerson(props: FinderProps) {
  return <Finder source={people} {...props} />
}

export function FindFile(props: FinderProps) {
  return <Finder source={files} {...props} />
}

export function FindAuthorization(props: FinderProps) {
  return <Finder source={authorizations} {...props} />
}

/** By any part of a number or a title; the register comes by number, page after page. */
async function authorizationsNamed(name: string, signal: AbortSignal): Promise<readonly Named[]> {
  const found: Named[] = []
  for (let query: { readonly after?: string } | null = {}; query !== null && found.length < offered;) {
    const page: AnswerOf<'authorizations'> = await call('authorizations', { query, signal })
    const fitting = page.authorizations.map(named).filter((one) => one.name.toLowerCase().includes(name.toLowerCase()))
    found.push(...fitting)
    query = page.next === null ? null : { after: page.next }
  }
  return found
}

const named = ({ id, terms: { number, title } }: AnswerOf<'authorization'>): Named => ({
  id,
  name: title === '' ? number : `${number}: ${title}`,
})

const useStyles = makeStyles({
  field: { minWidth: 0 },
  box: { minWidth: 0, gridTemplateColumns: 'minmax(0, 1fr) auto' },
  input: { minWidth: 0, width: '100%', boxSizing: 'border-box' },
  list: { maxHeight: '20rem' },
})

/** As many as are offered at once. */
const offered = 20

function Finder({ source, label, className, chosen, onChoose }: FinderProps & { readonly source: Source }) {
  const styles = useStyles()
  const [typed, type] = useState<string | null>(null)
  const asked = useSettled((typed ?? '').trim(), 250)
  const one = useQuery({
    queryKey: [source.kind, 'named', 'one', chosen ?? ''],
    queryFn: async ({ signal }) => await source.one(chosen ?? '', signal),
    enabled: chosen !== undefined,
    staleTime: 60_000,
  })
  const found = useQuery({
    queryKey: [source.kind, 'offered', asked],
    queryFn: async ({ signal }) => await source.find(asked, signal),
    enabled: typed !== null,
  })
  const name = chosen === undefined ? '' : (one.data?.name ?? '')
  return (
    <Field
      label={label}
      className={mergeClasses(styles.field, className)}
      validationMessage={found.error === null ? null : found.error.message}
    >
      <Combobox
        className={styles.box}
        freeform
        clearable
        placeholder={source.kind === 'people' ? 'Anybody' : 'Any'}
        value={typed ?? name}
        selectedOptions={chosen === undefined ? [] : [chosen]}
        input={{ className: styles.input }}
        listbox={{ className: styles.list }}
        onChange={(event) => type(event.target.value)}
        onOpenChange={(_, { open }) => type(open ? (typed ?? '') : null)}
        onOptionSelect={(_, { optionValue }) => {
          type(null)
          onChoose(optionValue)
        }}
      >
        {(found.data ?? []).slice(0, offered).map(({ id, name: text }) => (
          <Option key={id} value={id} text={text}>
            {text}
          </Option>
        ))}
        {found.data?.length === 0 && (
          <Option disabled value="" text="">
            Nothing of that name
          </Option>
        )}
      </Combobox>
    </Field>
  )
}
