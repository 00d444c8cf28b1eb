// The backup and its drill are done at the gate's host, by whoever keeps it: what to type there, with what is known filled in.

import { Commands } from '../../parts/commands.tsx'

export interface RestoringProps {
  /** Ids of people; null where nobody has the role yet. */
  readonly officer: string | null
  readonly engineer: string | null
}

export function Restoring({ officer, engineer }: RestoringProps) {
  const by = officer ?? '<id of an officer>'
  return (
    <Commands
      text={`head -c 32 /dev/urandom | sudo -u sallyport sh -c 'umask 077; cat > /media/backup/key'
sudo -u sallyport sallyport backup create /backup/first --config /etc/sallyport/sallyport.yaml \\
  --key-file /media/backup/key --officer ${by} --all-objects
sudo -u sallyport sallyport backup drill /backup/first --config /etc/sallyport/sallyport.yaml \\
  --key-file /media/backup/key --officer ${by} --opener ${engineer ?? '<id of the engineer>'} \\
  --canary <id of the protected file> --original <the file as it was>`}
    />
  )
}
