// Evidence packets: the entries of the ledger that answer one question (what happened with this person, this file, this program,
// under this authorization, in this period), each with its proof to one signed checkpoint, together with the policies and the
// legal data that they name, in one signed file that anybody checks offline (@sallyport/protocol/packet). Making one takes the
// permit to read the ledger, and is itself recorded, before a byte of it leaves. Nothing that is sealed is opened for it.

export { makePacket, type EvidenceDependencies, type MadePacket, type PacketQuestion } from './make-packet.ts'
export { packetTurns, type Gathering, type PacketTurns } from './turns.ts'
