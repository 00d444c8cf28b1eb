// Names of the API as people read them.

/** `verify-us-person` and `person.change` read as `Verify us person` and `Person change`; a sentence stays one. */
export function worded(name: string): string {
  const text = /^[a-z]+([-.][a-z]+)*$/.test(name) ? name.replaceAll(/[-.]/g, ' ') : name
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What a request for approval does, and about whom. */
export function wordedRequest({
  title,
  about,
}: {
  readonly title: string
  readonly about: { readonly name: string }
}): string {
  return about.name === '' ? worded(title) : `${worded(title)}: ${about.name}`
}

/** `1 pair`, `2 pairs`, `1,204 pairs`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

/** A member of a record: `evidenceRef` reads as `evidence ref`. */
export function wordedMember(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, (_, one: string, other: string) => `${one} ${other.toLowerCase()}`)
}

/** A label by its dimension and value: `program/falcon`. */
export function labelText(fqn: string): string {
  return fqn.replace(/^https?:\/\/[^/]*\/attr\/([^/]*)\/value\//, '$1/')
}

/** What is said once something waits: nothing of it is done yet. `needed`: how many approvals it takes. */
export function askedFor(what: string, needed: number): string {
  const who = needed === 1 ? 'Another officer' : needed === 2 ? 'Two others' : `${needed} others`
  return `Asked for: ${what}. ${who} must approve it.`
}
