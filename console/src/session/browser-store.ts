// What this browser keeps between pages: its key and the receipts of what was done in it, which go when the person signs out; and the
// checkpoint of the ledger that it saw last, which is nobody's and stays.

const name = 'sallyport'
export type Shelf = 'keys' | 'receipts' | 'ledger'
const shelves: readonly Shelf[] = ['keys', 'receipts', 'ledger']
/** Counted up with every shelf that is added. */
const version = 2

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
    const asked = indexedDB.open(name, version)
    asked.addEventListener('upgradeneeded', () => {
      const there = asked.result.objectStoreNames
      for (const shelf of shelves) if (!there.contains(shelf)) asked.result.createObjectStore(shelf)
    })
    asked.addEventListener('success', () => {
      // A page of another version wants to add a shelf: it waits for nobody who has the old ones open.
      asked.result.addEventListener('versionchange', () => {
        asked.result.close()
        opening = null
      })
      resolve(asked.result)
    })
    asked.addEventListener('error', () => reject(asked.error ?? new Error('cannot open what is kept')))
  })
}
