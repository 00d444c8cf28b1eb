// The clock of the machine is set, forward and back, by minutes and by years, for the server and for PostgreSQL at once. Time that only
// passes (CLOCK_MONOTONIC) is left alone, as it is on a machine whose clock is set.

import { existsSync } from 'node:fs'
import { readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { recovered, type Fault, type Patient, type Ward } from '../fault.ts'
import { openSite } from '../site.ts'

const minute = 60_000
const jumps = [2 * minute, 60 * minute, 26 * 60 * minute, 400 * 24 * 60 * minute] as const

/** Where the clock of the enclave that is open is read from. */
const clock = { file: '' }

async function jump({ site, random }: Patient, sign: 1 | -1) {
  const aheadMs = sign * random.pick(jumps)
  set(aheadMs)
  site.setClock(aheadMs)
  const there = await recovered(site)
  await setTimeout(random.between(1500, 3000))
  set(0)
  site.setClock(0)
  const faults = there === null ? [`no key at a clock that is off by ${aheadMs} ms`] : []
  return { what: 'gave keys at that time, and at the right one again', recoveredMs: await recovered(site), faults }
}

const forward: Fault = {
  name: 'clock-forward',
  title: 'clock set forward by minutes to years, and right again',
  share: 10,
  once: (patient) => jump(patient, 1),
}

const back: Fault = {
  name: 'clock-back',
  title: 'clock set back by minutes to years, and right again',
  share: 10,
  once: (patient) => jump(patient, -1),
}

export const clocks: Ward = {
  name: 'clock',
  faults: [forward, back],
  missing: () => (library() === null ? 'needs libfaketime (Debian: libfaketime)' : null),
  async open(port) {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-clock-'))
    clock.file = join(folder, 'clock')
    set(0)
    const env = {
      LD_PRELOAD: library() ?? '',
      FAKETIME_TIMESTAMP_FILE: clock.file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    }
    const site = await openSite(port, { how: { env } })
    return {
      site,
      client: site.client,
      close: async () => {
        await site.close()
        await rm(folder, { recursive: true, force: true })
      },
    }
  },
}

function set(aheadMs: number): void {
  const seconds = Math.round(aheadMs / 1000)
  writeFileSync(clock.file, `${seconds < 0 ? '' : '+'}${seconds}\n`, { mode: 0o644 })
}

function library(): string | null {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => `/usr/lib/${name}/faketime`) : []
  return folders.map((folder) => `${folder}/libfaketime.so.1`).find((path) => existsSync(path)) ?? null
}
