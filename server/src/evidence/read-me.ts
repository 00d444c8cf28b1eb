// The first words of a packet for somebody who has it on a disk and nothing else.

import type { PacketStatement } from '@sallyport/protocol/packet'

/** Write README.txt. */
export function readMe({ completeness, ledger, madeAt }: PacketStatement): string {
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

How to check it

  In a browser: open verify.html and drop this ZIP file on it, not unpacked. Whoever forged a packet could have forged the page in
  it, too: take the page from an earlier packet or from the software, or compare (sallyport ledger page <file> writes it).

  With the command line of Sallyport, on any machine, without a network:

    sallyport ledger verify packet <this file> --key <key> --key <key>

  The keys prove nothing by being in the packet. Ask the organization for the fingerprint of its ledger's keys by another way
  than the one by which you got this file (telephone, a letter, an earlier packet), and compare.

What it proves

  ${wrapped(completeness.proven)}

What rests on the word of the gate that signed it

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
