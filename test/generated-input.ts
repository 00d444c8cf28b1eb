// Whoever runs the suite tries the same generated inputs, so that a failure is of the change and not of the day. Other inputs are
// tried with SALLYPORT_SEED, a whole number or `random`; fast-check prints the seed of what it found.

import fc from 'fast-check'

const { SALLYPORT_SEED: given = '20260704' } = process.env

if (given !== 'random') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number.parseInt(given, 10) })
