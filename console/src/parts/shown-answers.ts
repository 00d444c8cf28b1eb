/** Which answers of many are shown. */
export const shownAnswers = ['all', 'can', 'cannot'] as const
export type ShownAnswers = (typeof shownAnswers)[number]
