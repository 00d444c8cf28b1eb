import { describe, expect, test } from 'vitest'
import type { Visit } from './issuer.ts'
import { walkSignInPages } from './sample-pages.ts'

const url = new URL('https://gate.example/idp/auth')
const redirectUri = 'http://127.0.0.1:49152/callback'

interface Page {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string
}

function walk(pages: readonly Page[], person = 'ada') {
  const visits: (Visit & { readonly url: string })[] = []
  const visit = (at: URL, sent: Visit): Promise<Response> => {
    const { status = 200, headers = {}, body = '' } = pages[Math.min(visits.length, pages.length - 1)] ?? {}
    visits.push({ ...sent, url: at.href })
    return Promise.resolve(new Response(body, { status, headers }))
  }
  return { visits, end: walkSignInPages({ visit }, { url, redirectUri }, person) }
}

const form = (inside: string): Page => ({ body: `<form method="post" action="/idp/pick?a=1&amp;b=2">${inside}</form>` })
const back = { status: 303, headers: { location: `${redirectUri}?code=c` } }

describe('walkSignInPages()', () => {
  test('chooses the person in the form, keeps hidden fields and cookies, and ends at the redirect', async () => {
    const begun = { status: 303, headers: { location: '/idp/i/1', 'set-cookie': '_i=1; path=/idp; HttpOnly' } }
    const pick = form(
      '<input type="hidden" name="t" value="&#120;y"><button name="person" value="ada"><b>Ada</b></button>',
    )
    const { visits, end } = walk([begun, pick, back])
    expect((await end).href).toBe(`${redirectUri}?code=c`)
    expect(visits[2]).toMatchObject({
      url: 'https://gate.example/idp/pick?a=1&b=2',
      method: 'POST',
      body: 't=xy&person=ada',
    })
    expect(visits[2]?.headers['cookie']).toBe('_i=1')
  })

  test('finds the person by a part of the name, and takes nobody where two fit', async () => {
    const pick = form(
      '<button name="person" value="s1"><b>Ada Whitfield</b></button><button name="person" value="s2">Adam</button>',
    )
    const { visits, end } = walk([pick, back], 'whitfield')
    await end
    expect(visits[1]?.body).toBe('person=s1')
    await expect(walk([pick, back], 'ada').end).rejects.toThrow('several people of that name')
  })

  test.each([
    [
      'leads to somebody else',
      [{ status: 302, headers: { location: 'https://evil.example/' } }],
      'it leads to https://evil.example',
    ],
    [
      'posts to somebody else',
      [{ body: '<form action="https://evil.example/"><input name="person"></form>' }],
      'it leads to',
    ],
    ['has no form', [{ body: '<p>hello</p>' }], 'without a form'],
    ['fails', [{ status: 400, body: '<form><input name="person"></form>' }], 'it answered 400'],
    ['never ends', [form('<input name="person">')], 'did not end after 15 steps'],
  ])('gives up where the way %s', async (_, pages, text) => {
    const { visits, end } = walk(pages)
    await expect(end).rejects.toMatchObject({ code: 'not-signed-in', message: expect.stringContaining(text) as string })
    expect(visits.every((one) => one.url.startsWith(url.origin))).toBe(true)
  })
})
