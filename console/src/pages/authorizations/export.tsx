// The register as a spreadsheet.

import { Button } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { callForFile } from '../../api/index.ts'
import { saveAs } from '../../parts/save-as.ts'
import { Trouble } from '../../parts/trouble.tsx'

export function ExportRegister() {
  const save = useMutation({
    mutationFn: async () =>
      saveAs(await callForFile('exportAuthorizations', { query: { format: 'xlsx' } }), 'register.xlsx'),
  })
  return (
    <>
      <Button disabled={save.isPending} onClick={() => save.mutate()}>
        {save.isPending ? 'Exporting' : 'Export'}
      </Button>
      {save.error !== null && <Trouble error={save.error} />}
    </>
  )
}
