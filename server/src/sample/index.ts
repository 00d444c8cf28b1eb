// The sample enclave: a fictional company, its founding, and an identity provider where one picks who one is. It exists to
// be tried; nothing here is reachable from a real enclave.

export { samplePeople, sampleStranger, type SamplePerson } from './company.ts'
export { foundSample, type SampleFounding } from './found.ts'
export {
  browserClient,
  commandLineClient,
  makeSampleIdentityProvider,
  openTdfClient,
  type SampleIdentityProvider,
} from './identity-provider/index.ts'
