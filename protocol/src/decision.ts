// The words of a decision (AuthZEN, XACML): who asks, for what, and what the answer carries. No evaluation here.

import type { Id } from './ids.ts'

/** Every action that the decision point knows. `resource` is the kind of thing that the action is about. */
export const actions = {
  'file.protect': { resource: 'vault', title: 'protect a file into a vault' },
  'file.list': { resource: 'file', title: 'see that a file exists, its name and labels' },
  'file.fetch': { resource: 'file', title: 'fetch the sealed bytes of a file' },
  'file.open': { resource: 'file', title: 'receive the key of a file' },
  'file.delete': { resource: 'file', title: 'ask for the deletion of a file' },
  'file.reclassify': {
    resource: 'file',
    title: 'add labels to a file, or ask for some of those to be taken off again',
  },
  'file.rescue': { resource: 'file', title: "ask for labels in place of those of a file's manifest, or end that" },
  'file.share': { resource: 'file', title: 'make a file that one could open known to others' },
  'file.receive': { resource: 'file', title: 'learn of a file that somebody shared' },
  'file.acknowledge': { resource: 'file', title: 'acknowledge what an authorization asks for before it covers' },
  'file.unshare': { resource: 'file', title: 'take back that a file was shared' },
  'vault.list': { resource: 'vault', title: 'see a vault and its labels' },
  'vault.create': { resource: 'enclave', title: 'create a vault' },
  'label.list': { resource: 'enclave', title: 'read the labels and on which basis they stand' },
  'label.define': { resource: 'enclave', title: 'define a label' },
  'person.list': { resource: 'enclave', title: 'read the roster' },
  'person.add': { resource: 'enclave', title: 'add a person to the roster, unverified' },
  'person.propose': { resource: 'person', title: 'ask for a change to a person that widens access' },
  'person.change': { resource: 'person', title: "narrow or correct a person's record" },
  'person.look': { resource: 'person', title: "look at a foreign person's countries" },
  'person.import': { resource: 'enclave', title: 'import people from a spreadsheet' },
  'person.export': { resource: 'enclave', title: 'export the roster as a spreadsheet' },
  'person.end': { resource: 'person', title: "end a person's status" },
  'person.merge': { resource: 'person', title: 'merge two records of one human being, each decided' },
  'person.split': { resource: 'person', title: 'split a record that is of two human beings' },
  'identity.bind': { resource: 'person', title: 'bind an identity to a person who is unverified or ended' },
  'identity.unbind': { resource: 'person', title: 'take an identity away from a person' },
  'identity.enroll': { resource: 'person', title: 'ask for what a person is to sign in with, such as a passkey' },
  'identity.list': { resource: 'person', title: 'see what a person signs in with, and their sessions' },
  'session.end': { resource: 'person', title: "end a person's session" },
  'signin.list': { resource: 'enclave', title: 'read which sign-ins did not come about' },
  'authorization.list': { resource: 'enclave', title: 'read the register of authorizations' },
  'authorization.register': { resource: 'enclave', title: 'register an authorization, to take effect once approved' },
  'authorization.approve': {
    resource: 'authorization',
    title: 'approve an authorization that somebody else registered',
  },
  'authorization.amend': { resource: 'authorization', title: 'change the terms of an authorization' },
  'authorization.draw': { resource: 'authorization', title: 'draw against the lines of an authorization' },
  'authorization.fulfil': {
    resource: 'authorization',
    title: 'record that a duty of an authorization was done, as its owner or an officer',
  },
  'authorization.end': { resource: 'authorization', title: 'end an authorization' },
  'classification.list': { resource: 'enclave', title: 'read the register of classifications' },
  'classification.register': {
    resource: 'enclave',
    title: 'register a classification, in the place of another too; what lowers control waits for approval',
  },
  'classification.withdraw': { resource: 'enclave', title: 'withdraw a classification' },
  'candidate.list': { resource: 'enclave', title: 'read refusals that may call for the notice of 22 CFR 126.1(e)(2)' },
  'candidate.decide': {
    resource: 'enclave',
    title: 'decide that such a refusal was of a proposal, and close its case by a filing',
  },
  'candidate.determine': {
    resource: 'enclave',
    title: 'decide that such a refusal was of no proposal, or that no notice is filed',
  },
  'approval.list': { resource: 'enclave', title: 'read what waits for approval' },
  'approval.give': { resource: 'approval', title: 'approve a change that somebody else asked for' },
  'approval.decline': { resource: 'approval', title: 'decline a change that somebody else asked for, for good' },
  'approval.withdraw': { resource: 'approval', title: 'withdraw a change that one asked for' },
  'notice.resend': { resource: 'enclave', title: 'have mail that failed sent again' },
  'request.answer': { resource: 'enclave', title: 'read and answer what people who were refused ask for' },
  'refusal.list': { resource: 'enclave', title: 'read refusals that are worth a look, and releases that are unusual' },
  'refusal.triage': { resource: 'enclave', title: 'say how far one is with a refusal that is worth a look' },
  'setting.change': { resource: 'enclave', title: 'change a rule that counsel decides' },
  'key.list': { resource: 'enclave', title: 'read which keys there are' },
  'key.rotate': { resource: 'enclave', title: 'ask for a new key' },
  'key.move': { resource: 'enclave', title: 'move files to the current key' },
  'key.destroy': { resource: 'enclave', title: 'ask for the end of an old key' },
  'decision.explain': { resource: 'enclave', title: 'read why a decision fell as it did' },
  'decision.search': { resource: 'enclave', title: 'ask who can open a file and what a person can open' },
  'ledger.read': { resource: 'enclave', title: 'read and export ledger entries' },
  'backup.list': { resource: 'enclave', title: 'read which backups were made and what is due' },
  'backup.create': { resource: 'enclave', title: 'write an encrypted backup of the enclave' },
} as const satisfies Record<string, { resource: ResourceKind; title: string }>

export type ResourceKind = 'file' | 'vault' | 'person' | 'authorization' | 'approval' | 'enclave'
export type Action = keyof typeof actions
export type ResourceOf<A extends Action> = (typeof actions)[A]['resource']

/** Why a decision fell as it did, in words for a person: what is the matter, what would change it, whom to ask. */
export interface Reason {
  /** Id of the policy (its @id), or of a rule of the guard. Stable, kebab-case. */
  readonly code: string
  readonly text: string
  readonly fix: string
  /** Role that can put it right. */
  readonly ask: string
}

/** Something the permitted caller must do. `fqn` is its OpenTDF obligation name. */
export interface Obligation {
  readonly id: string
  readonly fqn: string
  readonly text: string
  /** Proviso that asks for it, if any. */
  readonly source: string | null
}

/** The authorization that a permit to a foreign person relies on, as cited on that day. */
export interface Reliance {
  readonly authorizationId: Id<'authorization'>
  readonly number: string
  readonly version: number
  readonly citation: string
}
