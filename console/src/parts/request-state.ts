// What became of what somebody asked for, in a word and a colour that says the same.

export const requestStates = {
  waiting: { text: 'Waits', color: 'informative' },
  done: { text: 'Done', color: 'success' },
  declined: { text: 'Declined', color: 'danger' },
  withdrawn: { text: 'Taken back', color: 'subtle' },
} as const
