// A program for a test that kills it: back up a sample enclave, and stand still for good in the middle of writing a part.
// Arguments: backup, data folder, connection as JSON, part, id of an officer.

import { writeSync } from 'node:fs'
import { parseId } from '@sallyport/protocol'
import { openDatabase, silentLogger, type DatabaseSocket } from '../../base/index.ts'
import { backupParts, permitAtHost } from '../../main/backup-place.ts'
import { openEnclave } from '../../main/open-enclave.ts'
import { sampleGround } from '../../main/testing.ts'
import { createBackup } from '../index.ts'
import { testSecret } from '../testing.ts'

const [path = '', root = '', connection = '', wanted = '', id = ''] = process.argv.slice(2)
const location = JSON.parse(connection) as DatabaseSocket
const database = await openDatabase(location, { poolSize: 2, applicationName: 'create', log: silentLogger })
const ground = await sampleGround(database, root)
const enclave = await openEnclave(ground)
const officer = parseId<'person'>(id)
if (officer === null) throw new Error('want an officer')
await createBackup(await permitAtHost(enclave, officer), backupParts(ground, enclave, true, 'test'), {
  path,
  secret: testSecret,
  objects: 'all',
  scryptCost: 2 ** 14,
  progress: ({ part }) => {
    if (part !== wanted) return
    writeSync(1, 'there\n')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
})
