// The tour: what the sample enclave does, shown on real files by its fictional people. Every act is a command of the command
// line, run as whoever gives it, with a machine folder of their own; so that what the tour shows is what people can do. Each
// step says what was done, what is to be expected and what happened, and the tour fails when any of them differ.

export { runTour, type TourOptions, type TourResult } from './run-tour.ts'
export type { Step } from './story.ts'
