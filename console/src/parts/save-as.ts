// Handing a file to the person: the browser asks where it goes, or puts it with their downloads.

export function saveAs(content: string | Blob, name: string): void {
  const blob = typeof content === 'string' ? new Blob([content], { type: 'application/octet-stream' }) : content
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has taken it over by the next turn of its loop.
  setTimeout(() => URL.revokeObjectURL(address), 1000)
}
