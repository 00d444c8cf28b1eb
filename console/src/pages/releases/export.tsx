// The record as a spreadsheet, all of what was asked for.

import { Checkbox, Field, Select } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { callForFile } from '../../api/index.ts'
import { ActDialog, ReasonField } from '../../parts/act-dialog.tsx'
import { saveAs } from '../../parts/save-as.ts'
import { useSession } from '../../shell/routes.ts'
import { askedFor } from './query.ts'
import type { ReleasesSearch } from './route.ts'

export function ExportReleases({ search, onClose }: { readonly search: ReleasesSearch; readonly onClose: () => void }) {
  const mayLook = useSession().roles.includes('officer')
  const [format, setFormat] = useState<'xlsx' | 'csv'>('xlsx')
  const [isLooking, look] = useState(false)
  const [purpose, setPurpose] = useState('')
  const save = useMutation({
    mutationFn: async () => {
      const query = { ...askedFor(search, isLooking ? { purpose } : null), format }
      saveAs(await callForFile('exportReleases', { query }), `releases.${format}`)
    },
    onSuccess: onClose,
  })
  return (
    <ActDialog
      title="Export the record?"
      verb={save.isPending ? 'Exporting' : 'Export'}
      isPending={save.isPending}
      error={save.error}
      onClose={onClose}
      onSubmit={() => save.mutate()}
    >
      <p>All of what was chosen, the oldest first. It is personal data about controlled files: keep it so.</p>
      <Field label="As">
        <Select value={format} onChange={(_, { value }) => setFormat(value === 'csv' ? 'csv' : 'xlsx')}>
          <option value="xlsx">XLSX</option>
          <option value="csv">CSV</option>
        </Select>
      </Field>
      {mayLook && (
        <Checkbox
          label="With the countries that counted: a look on record for each foreign person"
          checked={isLooking}
          onChange={(_, { checked }) => look(checked === true)}
        />
      )}
      {isLooking && <ReasonField label="What for" value={purpose} onChange={setPurpose} />}
    </ActDialog>
  )
}
