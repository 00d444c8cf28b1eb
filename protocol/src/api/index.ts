// The product API, /api/v1: the shapes that the gate and its clients both parse. Routes and methods stand in `routes`, so
// that the OpenAPI document, the server and the client are written from one table.

export { problemBody, receipt, type ProblemBody } from './acknowledgement.ts'
export {
  authorization,
  authorizationChanged,
  authorizations,
  endAuthorization,
  type AuthorizationView,
} from './authorizations.ts'
export { explanation, whatCan, whatCanAnswer, whoCan, whoCanAnswer, type Explanation } from './decisions.ts'
export { enclave, type EnclaveView } from './enclave.ts'
export {
  file,
  fileName,
  fileReserved,
  files,
  fileStored,
  reserveFile,
  vault,
  vaults,
  wrappingKey,
  type FileView,
  type VaultView,
} from './files.ts'
export { endPerson, me, people, person, personEnded, type PersonView } from './people.ts'
export { routes, type Route, type RouteName } from './routes.ts'
