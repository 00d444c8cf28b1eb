// What waits for an empowered official: what only they approve, and what there is to decide and to keep an eye on.

import { Due, Expiring, WaitingApprovals } from './officer.tsx'

export function OfficialHome() {
  return (
    <>
      <WaitingApprovals />
      <Expiring />
      <Due />
    </>
  )
}
