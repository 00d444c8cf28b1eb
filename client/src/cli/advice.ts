// What to do about a problem, worded for the profile in use: commands that can be typed as they stand.

import type { Problem } from '@sallyport/protocol'
import { readProfile } from '../session/index.ts'

/** Word the command that signs a profile in, whichever profile is in use. */
export function loginAs(name: string, options = ''): string {
  return `sallyport login${options} --profile ${name}`
}

/** Add the profile to every command of signing in and out that a text advises. */
export function forProfile(text: string, profileName: string): string {
  if (profileName === 'default') return text
  return text.replace(/`sallyport (login|logout)( [^`]*)?`/g, (command: string) =>
    command.includes('--profile') ? command : `${command.slice(0, -1)} --profile ${profileName}\``,
  )
}

/**
 * Word a problem for the profile. A sample is founded anew with another certificate, so that a profile of the sample before
 * is to be forgotten; the kind is the one noted at first contact, never what a gate says now.
 */
export async function advise(
  { code, message, details }: Problem,
  folder: string,
  profileName: string,
): Promise<string> {
  if (code === 'unavailable' && details['isUntrusted'] === true) {
    const known = await readProfile(folder, profileName).catch(() => null)
    if (known?.gate.kind === 'sample') {
      const what = message.slice(0, message.indexOf(', want '))
      const anew = 'the profile is of a sample enclave, which may have been founded anew'
      return forProfile(`${what}; ${anew}, want \`sallyport logout --forget\` and a new sign-in`, profileName)
    }
  }
  return forProfile(message, profileName)
}
