// Routes of the register of classifications.

import {
  classification,
  classificationCarriers,
  classificationChanged,
  classificationHistory,
  classificationLists,
  classificationRegistered,
  classifications,
  classificationTasks,
  registerClassification,
  withdrawClassification,
} from './classifications.ts'
import { pageQuery } from './query.ts'
import type { Route } from './route.ts'

export const classificationRoutes = {
  classifications: {
    method: 'GET',
    path: '/api/v1/classifications',
    summary: 'The register of classifications',
    access: 'classification.list',
    query: pageQuery,
    answer: classifications,
  },
  registerClassification: {
    method: 'POST',
    path: '/api/v1/classifications',
    summary:
      'Register a classification, in the place of another too; at once where it only raises control, otherwise once two others approve',
    access: 'classification.register',
    body: registerClassification,
    answer: classificationRegistered,
    problems: ['not-found', 'conflict'],
  },
  classificationLists: {
    method: 'GET',
    path: '/api/v1/classification-lists',
    summary: 'What is known of the lists besides the form of their entries, with its date, source and how sure it is',
    access: 'classification.list',
    answer: classificationLists,
  },
  classification: {
    method: 'GET',
    path: '/api/v1/classifications/{classificationId}',
    summary: 'One classification',
    access: 'classification.list',
    answer: classification,
    isCached: true,
  },
  classificationHistory: {
    method: 'GET',
    path: '/api/v1/classifications/{classificationId}/history',
    summary: 'The records that came in the place of each other, the oldest first',
    access: 'classification.list',
    answer: classificationHistory,
  },
  classificationCarriers: {
    method: 'GET',
    path: '/api/v1/classifications/{classificationId}/carriers',
    summary: 'What stands on a classification or on one of its line: labels and what they mean, vaults, files',
    access: 'classification.list',
    answer: classificationCarriers,
  },
  classificationTasks: {
    method: 'GET',
    path: '/api/v1/tasks/classifications',
    summary: 'What of classifications is due: open questions, pending determinations, reviews; due is never a refusal',
    access: 'classification.list',
    answer: classificationTasks,
  },
  withdrawClassification: {
    method: 'POST',
    path: '/api/v1/classifications/{classificationId}/withdraw',
    summary: 'Withdraw a classification at once',
    access: 'classification.withdraw',
    body: withdrawClassification,
    answer: classificationChanged,
    problems: ['conflict'],
  },
} as const satisfies Readonly<Record<string, Route>>
