// A program for a test that kills it: migrate a database. Arguments: connection as JSON, folder of the migrations as a URL.

import { openDatabase, silentLogger, type DatabaseSocket } from '../index.ts'
import { migrate } from '../migrate.ts'

const [connection = '', folder = ''] = process.argv.slice(2)
const location = JSON.parse(connection) as DatabaseSocket
const database = await openDatabase(location, { poolSize: 1, applicationName: 'migrate', log: silentLogger })
await migrate(database, [{ module: 'one', folder: new URL(folder) }])
