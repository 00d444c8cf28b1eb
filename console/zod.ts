// Zod as the console builds it in: without compiling its checks from text, which the policy of a page forbids.

import { config } from 'zod/v4'

export * from 'zod/v4'

config({ jitless: true })
