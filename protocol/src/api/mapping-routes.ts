// Routes of what labels of other systems mean here.

import { labelMapped, labelMappings, mapLabel, mappedRead, mappedWritten, readMapped, writeMapped } from './mappings.ts'
import type { Route } from './route.ts'

export const mappingRoutes = {
  labelMappings: {
    method: 'GET',
    path: '/api/v1/label-mappings',
    summary: 'What labels of other systems mean here, and on which basis',
    access: 'label.list',
    answer: labelMappings,
  },
  mapLabel: {
    method: 'POST',
    path: '/api/v1/label-mappings',
    summary: 'Make a label of another system mean more at once, or ask two others to let it mean less',
    access: 'label.define',
    body: mapLabel,
    answer: labelMapped,
    problems: ['conflict'],
  },
  readMapped: {
    method: 'POST',
    path: '/api/v1/label-mappings/reading',
    summary: 'What labels of other systems mean, as a document carries them',
    access: 'label.list',
    body: readMapped,
    answer: mappedRead,
  },
  writeMapped: {
    method: 'POST',
    path: '/api/v1/label-mappings/writing',
    summary: 'The labels of another system that say a set of labels without loss',
    access: 'label.list',
    body: writeMapped,
    answer: mappedWritten,
    problems: ['conflict'],
  },
} as const satisfies Record<string, Route>
