// Sign-in for the sample enclave: a real OpenID provider where one picks who to be. It exists so that a newcomer has working
// tokens without any account elsewhere, and it refuses to run in an enclave that is not a sample.

export { browserClient, commandLineClient, openTdfClient } from './clients.ts'
export {
  makeSampleIdentityProvider,
  type SampleIdentityProvider,
  type SampleIdentityProviderOptions,
} from './identity-provider.ts'
export type { PersonToPick } from './pages.ts'
