// Main wires the modules into a gate: the ground (database, folders), the founded enclave on it, the listener.

export { openEnclave, openGround, type Enclave, type Ground, type Names } from './open-enclave.ts'
export { upSample, type Sample, type SampleOptions } from './sample.ts'
export { serve, type ServeOptions, type Serving } from './serve.ts'
