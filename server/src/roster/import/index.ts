// People in and out of spreadsheets. A table is the truth about the columns that it has: a dry run shows what would follow
// from it row by row, and exactly that is applied, whole or not at all. One officer adds, corrects and narrows; whatever
// widens becomes one request over the whole of it. Nobody is ended by being left out. Countries come in for foreign persons
// only, are sealed at once, and never go out.

export { exportPeople, type ExportFormat } from './export-people.ts'
export { importApprovals } from './import-approvals.ts'
export { applyImport, compareImport, type ImportApplied, type ImportCompared } from './import-people.ts'
export type { ImportPlan, PlannedPerson } from './plan-import.ts'
export { personImportRequest } from './proposal.ts'
