// What an action is, as people say it: what somebody may not do, and what was refused.

import { actions, type Action } from '@sallyport/protocol'

/** Of what is asked for every day; whatever else there is reads as the protocol calls it. */
const everyday: { readonly [A in Action]?: { readonly may: string; readonly doing: string } } = {
  'file.list': { may: 'see this file', doing: 'seeing a file' },
  'file.fetch': { may: 'fetch this file', doing: 'fetching a file' },
  'file.open': { may: 'open this file', doing: 'opening a file' },
  'file.protect': { may: 'protect a file into this vault', doing: 'protecting a file' },
  'file.delete': { may: 'ask for the deletion of this file', doing: 'asking for the deletion of a file' },
  'file.share': { may: 'share this file', doing: 'sharing a file' },
  'file.acknowledge': {
    may: 'acknowledge what an authorization asks for this file',
    doing: 'acknowledging what an authorization asks for a file',
  },
  'vault.list': { may: 'see this vault', doing: 'seeing a vault' },
  'person.list': { may: 'read the roster', doing: 'looking at the roster' },
  'approval.list': { may: 'read what waits for approval', doing: 'looking at what waits for approval' },
  'ledger.read': { may: 'read the ledger', doing: 'looking at the ledger' },
}

/** What follows `You may not`. Actions of other versions are not known. */
export function mayNotText(action: string | null): string {
  return isAction(action) ? (everyday[action]?.may ?? actions[action].title) : 'do this'
}

/** What was done, or refused: `opening a file`. */
export function doingText(action: string): string {
  return isAction(action) ? (everyday[action]?.doing ?? actions[action].title) : action
}

function isAction(text: string | null): text is Action {
  return text !== null && Object.hasOwn(actions, text)
}
