// What the test gate answers about keeping the roster.

import type { ApprovalView } from '@sallyport/protocol/api'
import { classification, people, sampleIds } from './records.ts'

const ada = { id: sampleIds.ada, name: 'Ada Quill' }

const approval: ApprovalView = {
  id: sampleIds.approval,
  kind: 'person.change',
  state: 'pending',
  title: 'verify foreign person',
  about: { kind: 'person', id: sampleIds.lucas, name: 'Lucas\u202e Moreau' },
  requestedBy: { id: sampleIds.lucas, name: 'Grace\u001b[31m' },
  requestedAt: '2026-11-01T09:00:00.000Z',
  expiresAt: '2026-12-01T09:00:00.000Z',
  approvedBy: [ada],
  needed: 2,
  digest: 'ab'.repeat(32),
  needsOfficial: false,
  hasEffect: false,
  declined: null,
  waitsForYou: true,
}

const candidate = {
  id: sampleIds.approval,
  state: 'open',
  person: { id: sampleIds.lucas, name: 'Lucas\u202e Moreau' },
  matter: {
    day: '2026-06-02',
    programs: ['falcon'],
    items: ['iv-h-1'],
    decisionId: sampleIds.entry,
    at: '2026-06-02T09:00:00.000Z',
    action: 'file.open',
    about: { kind: 'file', id: sampleIds.ada },
  },
  refusals: 5,
  decided: null,
  closed: null,
}

/** Answer what was asked, as `METHOD noun/verb`; null for what is not of the roster. */
export function rosterAnswer(asked: string, body: Readonly<Record<string, unknown>>, receipt: unknown): unknown {
  const [, lucas] = people
  switch (asked) {
    case 'POST people':
      return {
        person: { ...lucas, name: body['name'], status: 'unverified', roles: [], version: 1 },
        similar: [{ personId: sampleIds.ada, name: 'Ada Quill', match: 'look-alike' }],
        receipt,
      }
    case 'POST people/changes':
      return { person: { ...lucas, version: 4 }, receipt }
    case 'POST people/proposals':
      return { approvalId: sampleIds.approval, needed: 2, receipt }
    case 'POST people/ties':
      return {
        ties: { citizenships: ['FR'], formerCitizenships: [], permanentResidencies: ['CA'] },
        proposed: [
          { approvalId: sampleIds.approval, change: { change: 'remove-tie', tie: 'citizenship', country: 'FR' } },
        ],
        receipt,
      }
    case 'GET people/history':
      return {
        personId: sampleIds.lucas,
        goesOnIn: null,
        mergedFrom: [{ ...ada, at: '2026-03-02T03:04:05.000Z', entryId: sampleIds.entry }],
        splitFrom: null,
        splitInto: [{ ...ada, name: 'Luc Moreau', at: '2026-04-02T03:04:05.000Z', entryId: sampleIds.entry }],
        versions: [
          {
            person: lucas,
            verification: { ground: null, evidenceRef: 'HR safe 2, sheet 8' },
            from: '2026-01-02T03:04:05.000Z',
            change: 'verify-foreign-person',
            by: ada,
            approvedBy: [ada],
            reason: 'new hire',
            entryId: sampleIds.entry,
          },
        ],
        looks: [{ at: '2026-02-02T03:04:05.000Z', by: ada, purpose: 'license application', entryId: sampleIds.entry }],
        endings: [
          {
            at: '2026-03-02T03:04:05.000Z',
            by: ada,
            entryId: sampleIds.entry,
            lastPermit: { at: '2026-03-02T03:04:04.000Z', action: 'file.open', entryId: sampleIds.entry },
            firstRefusal: { at: '2026-03-02T03:04:05.040Z', action: 'file.open', entryId: sampleIds.entry },
            permitAfter: null,
            untilRefusedMs: 40,
          },
        ],
      }
    case 'POST people/merge':
      return {
        person: { ...lucas, status: 'unverified', version: 4 },
        duplicate: { ...people[0], status: 'ended', mergedInto: sampleIds.lucas },
        disagreements: ['status'],
        identities: [{ issuer: 'https://idp.example', subject: 'ada' }],
        approvedTwice: [{ id: sampleIds.ada, name: 'Somebody Else' }],
        receipt,
      }
    case 'POST people/split':
      return {
        person: { ...lucas, status: 'unverified', version: 4 },
        somebodyNew: { ...lucas, id: sampleIds.ada, name: body['name'], status: 'unverified', version: 1 },
        identities: [{ issuer: 'https://idp.example', subject: 'luc' }],
        receipt,
      }
    case 'GET roster/one':
      return {
        from: '2026-01-01T00:00:00.000Z',
        to: '2026-07-01T00:00:00.000Z',
        people: [{ personId: sampleIds.lucas, before: null, after: lucas, differs: ['person'] }],
        next: null,
      }
    case 'GET tasks':
      return {
        candidates: { open: 2, cases: 1 },
        officials: 0,
        tasks: [
          {
            task: 'status-review',
            personId: sampleIds.lucas,
            name: 'Lucas',
            role: 'engineer',
            months: 12,
            last: null,
            due: '2026-11-01T00:00:00.000Z',
          },
        ],
      }
    case 'GET settings':
      return {
        settings: [
          {
            name: 'foreign-employer-bars',
            on: false,
            setBy: null,
            setAt: '2026-01-01T00:00:00.000Z',
            reason: 'counsel has not decided',
          },
        ],
        usPersonReleaseYears: 5,
        intervals: [{ role: 'engineer', task: 'briefing', months: 12 }],
      }
    case 'POST settings':
      return { approvalId: body['on'] === false ? sampleIds.approval : null, receipt }
    case 'GET approvals':
      return { approvals: [approval], next: null }
    case 'GET candidates':
      return { candidates: [candidate], next: null, isUpToDate: false }
    case 'POST candidates/decide':
      return { candidate: { ...candidate, state: 'case' }, receipt }
    case 'POST candidates/dismiss':
      return { candidate: { ...candidate, state: 'dismissed' }, receipt }
    case 'POST candidates/close-unfiled':
      return { candidate: { ...candidate, state: 'not-notified' }, receipt }
    case 'POST candidates/close':
      return { candidate: { ...candidate, state: 'notified' }, receipt }
    case 'GET classifications':
      return { classifications: [classification], next: null }
    case 'POST classifications': {
      const { supersedes } = body['terms'] as { supersedes?: string }
      const isFirst = supersedes === undefined
      return {
        classification: { ...classification, terms: body['terms'], state: isFirst ? 'registered' : 'in-force' },
        approvalId: isFirst ? sampleIds.approval : null,
        control: isFirst ? null : { raised: ['USML XI(d) comes'], lowered: [] },
        warnings: [{ field: 'USML XI(e)', text: 'comes after XI(d)\u001b[31m: look it up' }],
        receipt,
      }
    }
    case 'GET classifications/history':
      return {
        line: [
          { ...classification, state: 'superseded', endedAt: '2026-03-12T09:00:00.000Z', supersededBy: 'CJ-0123-26' },
          { ...classification, terms: { ...classification.terms, number: 'CJ-0123-26', supersedes: 'FAL-0042' } },
        ],
      }
    case 'POST classifications/withdraw':
      return {
        classification: { ...classification, state: 'withdrawn', endedAt: '2026-03-12T09:00:00.000Z' },
        receipt,
      }
    case 'GET classifications/carriers':
      return {
        labels: [
          {
            fqn: 'https://gate.example/attr/item/value/9e610-a',
            dimension: 'item',
            value: '9e610-a',
            title: 'Seal',
            reads: 'iv-h-1',
          },
          {
            fqn: 'https://gate.example/attr/item/value/iv-h-1',
            dimension: 'item',
            value: 'iv-h-1',
            title: 'Nozzle',
            reads: 'iv-h-1',
          },
        ],
        vaults: [{ id: sampleIds.vault, name: 'falcon\u202e', fileCount: 100 }],
        filesWithAdded: [sampleIds.file],
      }
    case 'GET tasks/one':
      return { inDoubt: [classification], reviews: [{ ...classification, says: 'USML IV(h)(1) (SME)' }] }
    case 'GET classification-lists': {
      const source = { source: 'a reading of 2026', sureness: 'no' }
      return {
        asOf: '2025-09-15',
        citation: '22 CFR 121.1',
        titles: source,
        technicalData: source,
        structure: source,
        categories: [{ category: 'XI', title: 'Military electronics', technicalData: 'XI(d)' }],
      }
    }
    case 'GET notices':
      return {
        mail: true,
        notices: [
          {
            approvalId: sampleIds.approval,
            event: 'asked',
            recipient: ada,
            state: 'waiting',
            attempts: 2,
            trouble: 'unreachable',
            madeAt: '2026-11-24T09:00:00.000Z',
            nextAt: '2026-11-24T09:01:30.000Z',
            settledAt: null,
            entryId: null,
          },
        ],
        next: null,
      }
    case 'GET approvals/one':
      return { ...approval, details: { reason: 'new hire', change: { change: 'verify-foreign-person' } } }
    case 'GET approvals/effect':
      return {
        approvalId: sampleIds.approval,
        effect: 'cd'.repeat(32),
        gains: 2,
        loses: 0,
        access: {
          at: '2026-11-24T09:00:00.000Z',
          policies: 'ab'.repeat(32),
          people: [{ count: 2, some: [ada], status: 'foreign-person', roles: ['engineer'], programs: ['falcon'] }],
          files: [{ count: 1, some: [{ id: sampleIds.file, name: 'bracket.stp' }], labels: [] }],
          answers: [
            {
              effect: 'deny',
              authorization: null,
              citation: null,
              permittedBy: [],
              reasons: [{ code: 'no-coverage', text: 'Nothing covers you.', fix: 'Ask.', ask: 'officer' }],
            },
            {
              effect: 'permit',
              authorization: 'TA-1234-26',
              citation: '22 CFR 124.1(a)',
              permittedBy: [{ code: 'engineer-files', text: 'Engineers open the files of their programs.' }],
              reasons: [],
            },
          ],
          now: [[0]],
          would: [[1]],
          totals: { people: 2, files: 1, now: 0, would: 2, gains: 2, loses: 0 },
        },
        policies: null,
      }
    case 'POST approvals/approve':
      return { approvalId: sampleIds.approval, approved: 2, needed: 2, executed: true, enrollment: null, receipt }
    case 'POST approvals/decline':
    case 'POST approvals/withdraw':
      return { approvalId: sampleIds.approval, receipt }
    default:
      return null
  }
}
