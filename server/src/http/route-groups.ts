// What routes are read together in the description of the API: by the first word of their path.

const groups: Readonly<Record<string, readonly string[]>> = {
  'Sign-in': ['enclave', 'session', 'sessions', 'passkeys', 'enrollment', 'me'],
  Tasks: ['tasks'],
  People: ['people', 'roster'],
  Approvals: ['approvals', 'notices'],
  Files: ['vaults', 'files', 'shared-files'],
  Labels: ['labels', 'label-mappings'],
  Authorizations: ['authorizations', 'exemptions', 'releases', 'candidates', 'legal-data'],
  Classifications: ['classifications', 'classification-lists'],
  Decisions: ['decisions', 'requests', 'refusals'],
  Policies: ['policy-sets', 'settings'],
  Ledger: ['ledger'],
  Keys: ['keys', 'boundary'],
  Founding: ['founding'],
}

/** Name the group of a path. One that stands in no group is a group by its own word. */
export function groupOf(path: string): string {
  const [word = ''] = path.replace('/api/v1', '').split('/').filter(Boolean)
  const known = Object.entries(groups).find(([, words]) => words.includes(word))
  return known?.[0] ?? word.charAt(0).toUpperCase() + word.slice(1).replaceAll('-', ' ')
}

/** List the groups of these paths, each once: those with a place in the order of reading, then the others. */
export function groupsOf(paths: readonly string[]): readonly string[] {
  const found = new Set(paths.map(groupOf))
  const ordered = Object.keys(groups).filter((name) => found.has(name))
  return [...ordered, ...[...found].filter((name) => !ordered.includes(name)).sort()]
}
