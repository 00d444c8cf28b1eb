// Every entry point calls this first: a skipped optional dependency silently falls back to the system's Node.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `cannot run sallyport: node is ${process.versions.node}, want 24 or newer. ` +
      'Run it through npm (npm start, npm run sallyport), which brings Node 24 on Linux and Windows, or install Node 24.\n',
  )
  process.exit(1)
}
