// The `sallyport` command. Verbs of the gate itself go to the server, everything else to the client; neither imports the
// other, so that they meet only here.
// oxlint-disable-next-line import/no-unassigned-import -- it refuses an old runtime before anything else is loaded
import './require-runtime.ts'

const argv = process.argv.slice(2)
const isForGate = ['up', 'serve', 'init'].includes(argv[0] ?? '')

if (isForGate) {
  const { run } = await import('../server/src/main/cli.ts')
  process.exitCode = await run(argv)
} else {
  const { processEnvironment, run } = await import('../client/src/cli/index.ts')
  // Readers such as `head` close the pipe early; that is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
  process.exitCode = await run(argv, processEnvironment())
}
