// A program for a test that kills it: restore a backup, and stand still for good in the middle of loading a part.
// Arguments: backup, data folder, connection as JSON, part.

import { writeSync } from 'node:fs'
import { openDatabase, silentLogger, systemClock, systemRandomness, type DatabaseSocket } from '../../base/index.ts'
import { dataFolder } from '../../main/data-folder.ts'
import { migrations } from '../../main/modules.ts'
import { restoreBackup } from '../index.ts'
import { testSecret } from '../testing.ts'

const [path = '', root = '', connection = '', wanted = ''] = process.argv.slice(2)
const location = JSON.parse(connection) as DatabaseSocket
const database = await openDatabase(location, { poolSize: 1, applicationName: 'restore', log: silentLogger })
// The first reading verifies; the second loads.
let readings = 0
await restoreBackup(
  path,
  testSecret,
  { database, migrations, folder: dataFolder(root), clock: systemClock, random: systemRandomness, log: silentLogger },
  {
    progress: ({ part }) => {
      if (part === '') readings++
      if (readings < 2 || part !== wanted) return
      writeSync(1, 'there\n')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    },
  },
)
