// The whole command line as one tree of nouns and verbs.

import { Command } from 'commander'
import { addApprovalVerbs } from './approval-verbs.ts'
import { addAuthorizationVerbs } from './authorization-verbs.ts'
import { addBackupVerbs } from './backup-verbs.ts'
import { addBoundaryVerbs } from './boundary-verbs.ts'
import { addCandidateVerbs } from './candidate-verbs.ts'
import { addClassificationVerbs } from './classification-verbs.ts'
import { addCompletionVerb } from './completion.ts'
import { addDecisionVerbs } from './decision-verbs.ts'
import { addFileVerbs } from './file-verbs.ts'
import { addFoundingVerbs } from './founding-verbs.ts'
import { addKeyVerbs } from './key-verbs.ts'
import { addLabelVerbs } from './label-verbs.ts'
import { addLedgerVerbs } from './ledger-verbs.ts'
import { addRefusalVerbs } from './refusal-verbs.ts'
import { addRequestVerbs } from './request-verbs.ts'
import { addLegalVerbs } from './legal-verbs.ts'
import { addNoticeVerbs } from './notice-verbs.ts'
import { addPersonVerbs } from './person-verbs.ts'
import { addPolicyVerbs } from './policy-verbs.ts'
import { addRosterVerbs } from './roster-verbs.ts'
import { addGateSignInVerb } from './gate-sign-in-verb.ts'
import { addSessionVerbs } from './session-verbs.ts'
import { addSignInVerbs } from './sign-in-verbs.ts'
import { addVaultVerbs } from './vault-verbs.ts'
import type { Desk } from './verb.ts'

/** Verbs of the gate itself, which scripts/sallyport.ts hands to the server; named here for help and completion. */
export const gateVerbs = [
  ['up', 'Start a sample enclave with everything embedded'],
  ['check', 'Look at everything that a real enclave stands on'],
  ['init', 'Found a real enclave'],
  ['serve', 'Serve a real enclave'],
  ['backup', 'Back up an enclave, verify, restore, try a backup'],
] as const

export function createProgram(desk: Desk): Command {
  const { stdout, stderr, columns } = desk.environment
  const program = new Command('sallyport')
    .description('The command line of Sallyport: protect, open and account for controlled technical data')
    .exitOverride()
    // An option belongs to the verb before it: `ledger verify packet` has some of the names of `ledger verify`.
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => columns,
      getErrHelpWidth: () => columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
  addSessionVerbs(program, desk)
  addGateSignInVerb(program, desk)
  addSignInVerbs(program, desk)
  addLabelVerbs(program, desk)
  addClassificationVerbs(program, desk)
  addVaultVerbs(program, desk)
  addFileVerbs(program, desk)
  addPersonVerbs(program, desk)
  addRosterVerbs(program, desk)
  addPolicyVerbs(program, desk)
  addKeyVerbs(program, desk)
  addBackupVerbs(program, desk)
  addBoundaryVerbs(program, desk)
  addApprovalVerbs(program, desk)
  addRequestVerbs(program, desk)
  addRefusalVerbs(program, desk)
  addNoticeVerbs(program, desk)
  addCandidateVerbs(program, desk)
  addAuthorizationVerbs(program, desk)
  addLegalVerbs(program, desk)
  addDecisionVerbs(program, desk)
  addLedgerVerbs(program, desk)
  addFoundingVerbs(program, desk)
  addCompletionVerb(program, desk)
  const width = Math.max(...gateVerbs.map(([name]) => name.length))
  const lines = gateVerbs.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n')
  program.addHelpText(
    'after',
    `\nThe gate itself:\n${lines}\n\nExit codes: 0 done, 1 failed, 2 wrong use, 3 refused by decision.\n\n` +
      'Example:\n  sallyport login --gate https://gate.example.com --ca gate-ca.pem\n  sallyport file protect drawings/ --vault falcon',
  )
  return program
}
