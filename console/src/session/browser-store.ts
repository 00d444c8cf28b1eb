// What this browser keeps between pages: its key and the receipts of what was done in it. Both go when the person signs out.

const name = 'sallyport'
export type Shelf = 'keys' | 'receipts'
const shelves: readonly Shelf[] = ['keys', 'receipts']

let opening: Promise<IDBDatabase> | null = null

/** Read one thing of a shelf; undefined where there is none. */
export async function readKept<T>(shelf: Shelf, key: IDBValidKey): Promise<T | undefined> {
  return await run<T | undefined>(shelf, 'readonly', (store) => store.get(key) as IDBRequest<T | undefined>)
}

/** Read everything of a shelf, in the order of its keys. */
export async function readAllKept<T>(shelf: Shelf): Promise<readonly T[]> {
  return await run(shelf, 'readonly', (store) => store.getAll() as IDBRequest<T[]>)
}

export async function keep(shelf: Shelf, key: IDBValidKey, value: unknown): Promise<void> {
  await run(shelf, 'readwrite', (store) => store.put(value, key))
}

export async function forget(shelf: Shelf): Promise<void> {
  await run(shelf, 'readwrite', (store) => store.clear())
}

async function run<T>(
  shelf: Shelf,
  mode: IDBTransactionMode,
  ask: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await (opening ??= open())
  return await new Promise((resolve, reject) => {
    const transaction = database.transaction(shelf, mode)
    const asked = ask(transaction.objectStore(shelf))
    transaction.addEventListener('complete', () => resolve(asked.result))
    transaction.addEventListener('error', () => reject(transaction.error ?? new Error('cannot use what is kept')))
  })
}

async function open(): Promise<IDBDatabase> {
  return await new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1)
    asked.addEventListener('upgradeneeded', () => {
      for (const shelf of shelves) asked.result.createObjectStore(shelf)
    })
    asked.addEventListener('success', () => resolve(asked.result))
    asked.addEventListener('error', () => reject(asked.error ?? new Error('cannot open what is kept')))
  })
}
