// The doors of the gate, as people read them: by what somebody came in.

export const doorNames: Readonly<Record<string, string>> = {
  api: 'The console or another client of the gate',
  kas: 'A client that opens files (OpenTDF)',
  authzen: 'An application that asks (AuthZEN)',
  share: 'Somebody who shares a file',
}
