// The first words of a packet for somebody who has it on a disk and nothing else.

import type { PacketStatement } from '@sallyport/protocol/packet'

const stampParts = `  timestamps/     checkpoints of the ledger (N.checkpoint: its first N entries), each with the answer of an authority for timestamps
                  (N.tsr, RFC 3161), and that authority's roots (authority.pem)
`

const stampWords = `What an authority for timestamps says

  That the first N entries of the ledger were there at a time that the gate could not choose. Whoever relies on it trusts that
  authority: compare the SHA-256 of its root certificate with what the authority itself publishes. Without Sallyport, with its own
  root in tsa-ca.pem:

    openssl ts -verify -data timestamps/N.checkpoint -in timestamps/N.tsr -CAfile tsa-ca.pem

`

/** Write README.txt. */
export function readMe({ completeness, ledger, madeAt, timestamps }: PacketStatement): string {
  return `EVIDENCE PACKET
of the ledger ${ledger.origin}, made ${madeAt}

What is in it

  report.pdf      the same for reading: the question, what was found, the entries as a table
  verify.html     a page that checks the packet in a browser, without a network
  packet.json     the question, who asked, the checkpoint, the keys, and the SHA-256 of every other file
  signature.txt   the signature of the ledger's keys over packet.json (C2SP signed note)
  receipt.json    the ledger's receipt for the entry that records that this packet was made
  entries.jsonl   the entries, a line each, byte for byte as they were recorded and hashed
  proofs.jsonl    for each entry its position, its leaf hash and its inclusion proof to the checkpoint (RFC 6962)
  policies/       the policies (Cedar) that decided, by the digest that the entries name
  legal/          the dated list of 22 CFR 126.1
${timestamps === null ? '' : stampParts}
How to check it

  In a browser: open verify.html and drop this ZIP file on it, not unpacked. Whoever forged a packet could have forged the page in
  it, too: take the page from an earlier packet or from the software, or compare (sallyport ledger page <file> writes it).

  With the command line of Sallyport, on any machine, without a network:

    sallyport ledger verify packet <this file> --key <key> --key <key>

  The keys prove nothing by being in the packet. Ask the organization for the fingerprint of its ledger's keys by another way
  than the one by which you got this file (telephone, a letter, an earlier packet), and compare.

What it proves

  ${wrapped(completeness.proven)}

${timestamps === null ? '' : stampWords}What rests on the word of the gate that signed it

  ${wrapped(completeness.stated)}
`
}

function wrapped(text: string): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line === undefined || line.length + word.length > 110) lines.push(word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines.join('\n  ')
}
