// Requests of people who were refused: whoever was refused says what they need, to the role that the refusal names, and follows what
// becomes of it. A request gives nothing and takes nobody's word for anything: whoever answers does what there is to do where it is
// done, and says so here. It rests on the refusal on record, so that no permit is asked for: whom nothing covers gets none (I5).

import type { ModuleMigrations } from '../base/index.ts'

export const requestsMigrations: ModuleMigrations = {
  module: 'requests',
  folder: new URL('migrations/', import.meta.url),
}

export { answerRequest } from './answer-request.ts'
export { makeRequest, withdrawOwnRequest, type RequestsDependencies } from './make-request.ts'
export { listOwnRequests, listWaitingRequests, pageOfRequests } from './read-requests.ts'
export type { PersonRequest } from './store.ts'
export { requestsTables } from './tables.ts'
