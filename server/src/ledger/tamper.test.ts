import { readFile, rm, writeFile } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { Problem } from '@sallyport/protocol'
import { verifyExport } from '@sallyport/protocol/ledger'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { foundLedger, openLedger, sha256, verifySignature, type Disagreement } from './index.ts'
import { signCheckpoint } from './signatures.ts'
import { temporaryLedger, testDraft, type TemporaryLedger } from './testing.ts'

let temporary: TemporaryLedger
beforeEach(async () => {
  temporary = await temporaryLedger()
  await grow(300)
})
afterEach(() => temporary.stop())

async function grow(count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, n) => temporary.ledger.append(testDraft(n))))
  await temporary.ledger.sequenceOnce()
}

const sql = (text: string, values: readonly unknown[] = []) => temporary.options.database.query(text, values)
const withoutTrigger = async (text: string, values: readonly unknown[] = []): Promise<void> => {
  await sql('ALTER TABLE ledger_entries DISABLE TRIGGER ledger_entries_append_only')
  await sql(text, values)
}
/** The disagreement for which opening is refused; null when it is not. */
async function refusal(): Promise<Disagreement | null> {
  try {
    await openLedger(temporary.options)
    return null
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'unavailable')) throw error
    return error.details['disagreement'] as Disagreement
  }
}
async function exportFault(): Promise<unknown> {
  const parts: Uint8Array[] = []
  const write = (chunk: Uint8Array, _encoding: string, done: () => void) => {
    parts.push(new Uint8Array(chunk))
    done()
  }
  await temporary.ledger.exportTo(new Writable({ write }))
  const { origin } = temporary.options
  const verdict = await verifyExport(parts, { origin, keys: temporary.keys, sha256, verify: verifySignature })
  return verdict.verdict === 'altered' ? verdict.fault : null
}

describe('openLedger()', () => {
  test('opens what agrees, again and again, and brings an older checkpoint file up to date', async () => {
    const older = await readFile(temporary.options.checkpointFile, 'utf8')
    await grow(300)
    await writeFile(temporary.options.checkpointFile, older)
    const ledger = await openLedger(temporary.options)
    expect((await ledger.head()).size).toBe(600)
    expect(await readFile(temporary.options.checkpointFile, 'utf8')).toBe(await ledger.checkpoint())
    expect(await ledger.audit()).toBeNull()
  })

  test('opens beside a process that extends the tree at that moment', async () => {
    const { database } = temporary.options
    const busy: typeof database = {
      ...database,
      query: async (statement, values) => {
        const rows = await database.query(statement, values)
        if (typeof statement !== 'string' && statement.name === 'ledger-head-state') await grow(10)
        return rows
      },
    }
    const ledger = await openLedger({ ...temporary.options, database: busy })
    expect((await ledger.head()).size).toBe(310)
  })

  test('refuses a database that was put back behind the checkpoint file', async () => {
    const [head] = await sql('SELECT size, root, note FROM ledger_head')
    const tiles = await sql('SELECT level, n, hashes FROM ledger_tile')
    await grow(300)
    await withoutTrigger('DELETE FROM ledger_entries WHERE index >= 300')
    await sql('DELETE FROM ledger_tile')
    for (const { level, n, hashes } of tiles)
      await sql('INSERT INTO ledger_tile VALUES ($1, $2, $3)', [level, n, hashes])
    await sql('UPDATE ledger_head SET size = $1, root = $2, note = $3', [
      head?.['size'],
      head?.['root'],
      head?.['note'],
    ])
    expect(await refusal()).toBe('file-ahead')
  })

  test('refuses a checkpoint file of another tree, signed by the same keys', async () => {
    const { signer, origin, checkpointFile } = temporary.options
    const fork = { origin, size: 200, root: sha256(new Uint8Array(1)) }
    await writeFile(checkpointFile, await signCheckpoint(signer, fork))
    expect(await refusal()).toBe('file-fork')
    await writeFile(checkpointFile, await signCheckpoint(signer, { ...fork, size: 0 }))
    expect(await refusal()).toBe('file-fork')
    await writeFile(checkpointFile, await signCheckpoint(signer, { ...fork, size: 300 }))
    expect(await refusal()).toBe('file-fork')
  })

  test('refuses a checkpoint file that is gone, or not signed for this ledger by both keys', async () => {
    const { checkpointFile, signer } = temporary.options
    const note = await readFile(checkpointFile, 'utf8')
    await writeFile(checkpointFile, note.replace('300', '299'))
    expect(await refusal()).toBe('file-signature')
    const lines = note.split('\n')
    await writeFile(checkpointFile, [...lines.slice(0, 5), ''].join('\n'))
    expect(await refusal()).toBe('file-signature')
    const foreign = { origin: 'other.example.com', size: 1, root: sha256(new Uint8Array(1)) }
    await writeFile(checkpointFile, await signCheckpoint(signer, foreign))
    expect(await refusal()).toBe('file-signature')
    await rm(checkpointFile)
    expect(await refusal()).toBe('file-missing')
  })

  test('refuses a database without a ledger, with or without a checkpoint file', async () => {
    await sql('DELETE FROM ledger_head')
    expect(await refusal()).toBe('file-without-ledger')
    await rm(temporary.options.checkpointFile)
    expect(await refusal()).toBe('not-founded')
  })

  test('refuses a head whose row or note was altered', async () => {
    await sql('UPDATE ledger_head SET size = 299')
    expect(await refusal()).toBe('head-row')
    await sql('UPDATE ledger_head SET size = 300, root = $1', [sha256(new Uint8Array(1))])
    expect(await refusal()).toBe('head-row')
    await sql("UPDATE ledger_head SET note = replace(note, '300', '301')")
    expect(await refusal()).toBe('head-signature')
    await sql("UPDATE ledger_head SET origin = 'other.example.com'")
    expect(await refusal()).toBe('another-ledger')
  })

  test('refuses entries that were removed or added at the end, and an altered tile at the edge', async () => {
    await withoutTrigger('DELETE FROM ledger_entries WHERE index = 299')
    expect(await refusal()).toBe('entry-count')
    await sql(`INSERT INTO ledger_entries SELECT 299, id, kind, actor, about_kind, about_id, at, bytes
               FROM ledger_entries WHERE index = 298`)
    await sql('UPDATE ledger_tile SET hashes = set_byte(hashes, 5, get_byte(hashes, 5) # 1) WHERE level = 0 AND n = 1')
    expect(await refusal()).toBe('tiles')
    await sql('DELETE FROM ledger_tile WHERE level = 0 AND n = 1')
    expect(await refusal()).toBe('tiles')
  })
})

describe('the refusal to open', () => {
  const text = async (): Promise<string> =>
    await openLedger(temporary.options).then(
      () => 'opened',
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )

  test('says which sizes do not agree, and what is wanted', async () => {
    const { checkpointFile, signer, origin } = temporary.options
    const note = await readFile(checkpointFile, 'utf8')
    await writeFile(
      checkpointFile,
      await signCheckpoint(signer, { origin, size: 640, root: sha256(new Uint8Array(1)) }),
    )
    expect(await text()).toBe(
      'cannot open the ledger: the checkpoint file is of a larger tree than the database holds' +
        ' (640 entries there, 300 in the database), want a database that was not put back',
    )
    await writeFile(
      checkpointFile,
      await signCheckpoint(signer, { origin, size: 200, root: sha256(new Uint8Array(1)) }),
    )
    expect(await text()).toContain('another tree than the database holds (at 200 of 300 entries), want')
    await writeFile(checkpointFile, note)
    await withoutTrigger('DELETE FROM ledger_entries WHERE index = 299')
    expect(await text()).toContain('(299 entries, a checkpoint of 300), want as many')
  })

  test('names the log of another checkpoint, in the database and in the file', async () => {
    const { checkpointFile, signer, origin } = temporary.options
    const other = { origin: 'other.example.com', size: 300, root: sha256(new Uint8Array(1)) }
    await writeFile(checkpointFile, await signCheckpoint(signer, other))
    expect(await text()).toContain('the checkpoint file is not signed by both keys for this ledger, want')
    await sql('UPDATE ledger_head SET note = $1', [await signCheckpoint(signer, other)])
    expect(await text()).toContain('the checkpoint in the database is not signed by both keys, want')
    await sql("UPDATE ledger_head SET origin = 'other.example.com'")
    expect(await text()).toContain(`the database holds the ledger of another origin, want the one that was named`)
    expect(origin).not.toBe(other.origin)
  })
})

describe('foundLedger()', () => {
  test('refuses where a ledger or a checkpoint file is', async () => {
    await expect(foundLedger(temporary.options)).rejects.toMatchObject({ code: 'conflict' })
    await rm(temporary.options.checkpointFile)
    await expect(foundLedger(temporary.options)).rejects.toMatchObject({ code: 'conflict' })
  })
})

describe('rows altered by whoever owns the database', () => {
  test('entries cannot be changed or deleted while the trigger is there', async () => {
    await expect(sql("UPDATE ledger_entries SET kind = 'x.done'")).rejects.toThrow('append-only')
    await expect(sql('DELETE FROM ledger_entries')).rejects.toThrow('append-only')
    await expect(sql('TRUNCATE ledger_entries')).rejects.toThrow('append-only')
  })

  test('an altered entry is named by audit() and by whoever verifies an export', async () => {
    await withoutTrigger('UPDATE ledger_entries SET bytes = set_byte(bytes, 9, 65) WHERE index = 12')
    expect(await temporary.ledger.audit()).toEqual({ what: 'entry-altered', index: 12 })
    expect(await exportFault()).toMatchObject({ what: 'altered', index: 12, text: 'entry 12 was altered' })
  })

  test('a missing entry and two that changed places are named', async () => {
    await withoutTrigger('DELETE FROM ledger_entries WHERE index = 40')
    expect(await temporary.ledger.audit()).toEqual({ what: 'entry-missing', index: 40 })
    expect(await exportFault()).toMatchObject({ what: 'missing', index: 40 })
    await sql('UPDATE ledger_entries SET index = -1 WHERE index = 10')
    await sql('UPDATE ledger_entries SET index = 10 WHERE index = 11')
    await sql('UPDATE ledger_entries SET index = 11 WHERE index = -1')
    expect(await exportFault()).toMatchObject({ what: 'reordered', index: 10 })
  })

  test('columns for lookup that say otherwise than the entry are found', async () => {
    await withoutTrigger("UPDATE ledger_entries SET kind = 'other.done' WHERE index = 7")
    expect(await temporary.ledger.audit()).toEqual({ what: 'columns-altered', index: 7 })
    await expect(temporary.ledger.search({ kind: 'other.done', limit: 1 })).rejects.toMatchObject({
      code: 'unavailable',
    })
    expect(await exportFault()).toBeNull()
  })

  test.each([
    "id = '01890a5d-ac96-774b-bcce-b302099a8057'",
    "kind = 'other.done'",
    "actor = '01890a5d-ac96-774b-bcce-b302099a8057'",
    "about_kind = 'person'",
    "about_id = 'other'",
    'about_id = NULL',
    "at = at + interval '1 millisecond'",
  ])('audit() finds that a column says otherwise: %s', async (change) => {
    await withoutTrigger(`UPDATE ledger_entries SET ${change} WHERE index = 261`)
    expect(await temporary.ledger.audit()).toEqual({ what: 'columns-altered', index: 261 })
  })

  test('audit() names what is altered far from the beginning, in whichever of the tiles that are read together', async () => {
    await grow(1900)
    expect(await temporary.ledger.audit()).toBeNull()
    await withoutTrigger('UPDATE ledger_entries SET bytes = set_byte(bytes, 9, 65) WHERE index = 2199')
    expect(await temporary.ledger.audit()).toEqual({ what: 'entry-altered', index: 2199 })
    await sql('DELETE FROM ledger_tile WHERE level = 0 AND n = 6')
    expect(await temporary.ledger.audit()).toEqual({ what: 'tile-altered', tile: { level: 0, n: 6 } })
    await sql("UPDATE ledger_entries SET kind = 'other.done' WHERE index = 1279")
    expect(await temporary.ledger.audit()).toEqual({ what: 'columns-altered', index: 1279 })
    await sql('DELETE FROM ledger_entries WHERE index = 1023')
    expect(await temporary.ledger.audit()).toEqual({ what: 'entry-missing', index: 1023 })
  })

  test('an altered full tile is found by audit() and stands out in an export', async () => {
    await sql(
      'UPDATE ledger_tile SET hashes = set_byte(hashes, 70, get_byte(hashes, 70) # 1) WHERE level = 0 AND n = 0',
    )
    expect(await temporary.ledger.audit()).toEqual({ what: 'tile-altered', tile: { level: 0, n: 0 } })
    expect(await exportFault()).toMatchObject({ what: 'hash', index: 2 })
    const proof = temporary.ledger.inclusionProof(2, 300)
    expect(await proof).toHaveLength(9)
  })

  test('a missing tile is a disagreement, not a wrong proof', async () => {
    await sql('DELETE FROM ledger_tile WHERE level = 0 AND n = 0')
    await expect(temporary.ledger.inclusionProof(2, 300)).rejects.toMatchObject({ details: { disagreement: 'tiles' } })
    await expect(exportFault()).rejects.toMatchObject({ details: { disagreement: 'tiles' } })
  })
})

const extent = (note: string | null) => ({ since: note, newest: Infinity })

describe('auditAtStart()', () => {
  test('reads what came after a checkpoint that was looked up to, and the tile that it stands in', async () => {
    const { note, finding } = await temporary.ledger.auditAtStart(extent(null))
    expect(finding).toBeNull()
    await grow(300)
    expect(await temporary.ledger.auditAtStart(extent(note))).toEqual({
      finding: null,
      note: await temporary.ledger.checkpoint(),
    })
    await withoutTrigger('UPDATE ledger_entries SET bytes = set_byte(bytes, 9, 65) WHERE index = 12')
    // Altered after it was looked at, while this start goes on: the next start finds it.
    expect((await temporary.ledger.auditAtStart(extent(note))).finding).toBeNull()
    expect(await temporary.ledger.audit()).toEqual({ what: 'entry-altered', index: 12 })
    await sql('UPDATE ledger_entries SET bytes = set_byte(bytes, 9, 65) WHERE index = 599')
    expect((await temporary.ledger.auditAtStart(extent(note))).finding).toEqual({ what: 'entry-altered', index: 599 })
    // What was found has the next start read all of it, unless somebody takes that away.
    await rm(`${temporary.options.checkpointFile}.finding`)
    await sql('UPDATE ledger_entries SET bytes = set_byte(bytes, 9, 65) WHERE index = 299')
    expect((await temporary.ledger.auditAtStart(extent(note))).finding).toEqual({ what: 'entry-altered', index: 299 })
    await rm(`${temporary.options.checkpointFile}.finding`)
    await sql('UPDATE ledger_tile SET hashes = set_byte(hashes, 5, get_byte(hashes, 5) # 1) WHERE level = 0 AND n = 1')
    await expect(temporary.ledger.auditAtStart(extent(note))).rejects.toMatchObject({
      details: { disagreement: 'head-forked' },
    })
  })

  test('refuses a checkpoint that these keys did not sign, one that is ahead, and one of another tree', async () => {
    const { signer, origin } = temporary.options
    const { note } = await temporary.ledger.auditAtStart(extent(null))
    const since = async (claimed: string) => {
      const looking = temporary.ledger.auditAtStart(extent(claimed))
      return await looking.then(
        () => null,
        (error: unknown) => (error instanceof Problem ? error.details['disagreement'] : error),
      )
    }
    expect(await since(note)).toBeNull()
    expect(await since(note.replace('300', '299'))).toBe('head-signature')
    expect(await since('')).toBe('head-signature')
    const root = sha256(new Uint8Array(1))
    expect(await since(await signCheckpoint(signer, { origin, size: 301, root }))).toBe('head-moved-back')
    expect(await since(await signCheckpoint(signer, { origin, size: 200, root }))).toBe('head-forked')
  })
})

describe('sequenceOnce() on a tree that was changed under it', () => {
  test('halts for good when the head moved back: nothing is appended or acknowledged any more', async () => {
    const [head] = await sql('SELECT size, root, note FROM ledger_head')
    const tiles = await sql('SELECT level, n, hashes FROM ledger_tile')
    await grow(10)
    await withoutTrigger('DELETE FROM ledger_entries WHERE index >= 300')
    for (const { level, n, hashes } of tiles) {
      await sql('UPDATE ledger_tile SET hashes = $3 WHERE level = $1 AND n = $2', [level, n, hashes])
    }
    await sql('UPDATE ledger_head SET size = $1, root = $2, note = $3', [
      head?.['size'],
      head?.['root'],
      head?.['note'],
    ])
    const refusal = { details: { disagreement: 'head-moved-back' } }
    await expect(temporary.ledger.sequenceOnce()).rejects.toMatchObject(refusal)
    await expect(temporary.ledger.append(testDraft(1))).rejects.toMatchObject(refusal)
    await expect(temporary.ledger.acknowledge([])).rejects.toMatchObject(refusal)
  })

  test('signs nothing over an altered tile', async () => {
    await sql('UPDATE ledger_tile SET hashes = set_byte(hashes, 5, get_byte(hashes, 5) # 1) WHERE level = 0 AND n = 1')
    await temporary.ledger.append(testDraft(1))
    await expect(temporary.ledger.sequenceOnce()).rejects.toMatchObject({ details: { disagreement: 'tiles' } })
    expect((await sql('SELECT size FROM ledger_head'))[0]).toEqual({ size: 300 })
  })
})
