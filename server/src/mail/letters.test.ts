import { describe, expect, it } from 'vitest'
import { mailboxOf, senderOf } from './address.ts'
import { kinds, letterOf, type Mail, type MailKind } from './kinds.ts'
import { render } from './letter.ts'
import { linksTo } from './links.ts'

const at = new Date('2026-11-22T06:20:00Z')
const common = { to: 'ada@example.com', path: '/go?token=t&x=1', name: 'Ada' }
const link = 'https://portal.example.com/go?token=t&x=1'
const linkTo = linksTo('https://portal.example.com')

const alerting = {
  ...{ alert: 'Tokens', organisation: 'Acme', threshold: 75, figures: '38 of 50 tokens (76 %)' },
  ...{ period: '1 November to 30 November 2026 (UTC)', changePath: '/usage/alerts' },
  counted: { kind: 'model' as const, name: 'gpt' },
}

const every: { [Kind in MailKind]: Extract<Mail, { kind: Kind }> } = {
  'verify-email': { kind: 'verify-email', ...common, expiresAt: at },
  'reset-password': { kind: 'reset-password', ...common, expiresAt: at },
  'first-password': { kind: 'first-password', ...common, expiresAt: at },
  'confirm-new-address': { kind: 'confirm-new-address', ...common, expiresAt: at },
  'address-changed': { kind: 'address-changed', ...common, at, newAddress: 'new@example.com' },
  'password-changed': { kind: 'password-changed', ...common, at },
  'two-factor-changed': { kind: 'two-factor-changed', ...common, at, isOn: true },
  'two-factor-reset': { kind: 'two-factor-reset', ...common, at },
  'sign-in-method-changed': {
    kind: 'sign-in-method-changed',
    ...common,
    at,
    method: 'GitHub',
    isAdded: true,
  },
  'passkey-refused': { kind: 'passkey-refused', ...common, at, passkey: 'Laptop' },
  'backup-code-used': { kind: 'backup-code-used', ...common, at, left: 7 },
  'sign-in-locked': { kind: 'sign-in-locked', ...common, until: at },
  invitation: { kind: 'invitation', ...common, expiresAt: at, organisation: 'Acme', inviter: 'Bob' },
  'member-removed': {
    ...{ kind: 'member-removed', ...common, at, organisation: 'Acme', remover: 'Bob', keysRevoked: 1 },
  },
  'alert-triggered': { kind: 'alert-triggered', ...common, ...alerting },
  'alert-resolved': { kind: 'alert-resolved', ...common, ...alerting, isNewPeriod: false },
  'alert-test': { kind: 'alert-test', ...common, ...alerting },
  'webhook-disabled': {
    ...{ kind: 'webhook-disabled', ...common, url: 'https://acme.example.com/Acme' },
    reason: 'Nothing reached it for three days.',
  },
  'status-subscription': { kind: 'status-subscription', ...common, expiresAt: at },
  'status-update': {
    ...{
      kind: 'status-update',
      ...common,
      at,
      title: 'Files are down',
      stage: 'investigating',
      window: null,
    },
    ...{ text: 'We look into it.', components: ['Files'] },
    unsubscribe: { page: '/status/unsubscribe?token=t', oneClick: '/api/status/unsubscribe?token=t' },
  },
  'account-deletion-scheduled': { kind: 'account-deletion-scheduled', ...common, deleteAt: at },
}

/** HTML as a reader sees it. */
const shown = (html: string): string =>
  html
    .replace(/<title>.*<\/title>/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))

describe.each(Object.entries(every))('%s', (_kind, mail) => {
  const letter = letterOf(mail, linkTo)
  const { subject, text, html } = render(letter)

  it('[M-13] says why it was sent and what to do otherwise, the same in both formats, and leads to its link', () => {
    for (const part of ['Hello Ada,', ...letter.paragraphs, letter.reason, letter.otherwise, link]) {
      expect(text).toContain(part)
      expect(shown(html)).toContain(part)
    }
    expect(letter.reason).toMatch(/^You get this mail because /)
    expect(letter.otherwise).toMatch(/^If (it was|you)/)
    expect(html.match(/href="([^"]*)"/g)).toHaveLength(letter.unsubscribe ? 3 : 2)
    expect(subject.length).toBeLessThanOrEqual(78)
    if (mail.kind !== 'sign-in-method-changed') expect(text).toMatch(/22 November 2026|Acme/)
  })
})

it('every kind is among these', () => {
  expect(Object.keys(every).sort()).toEqual(Object.keys(kinds).sort())
})

describe('[M-14] what people wrote', () => {
  const nasty = '<img src=x onerror=alert(1)>"\'&\r\nBcc: eve@example.com\u202egpj.exe\u0000x'
  const mail: Mail = { ...every.invitation, organisation: nasty, inviter: 'x'.repeat(5_000), name: nasty }
  const content = render(letterOf(mail, linkTo))

  it('is text in HTML, whatever it holds', () => {
    expect(content.html).not.toMatch(/<img|onerror=alert\(1\)>/)
    expect(content.html).toContain('&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#38; Bcc')
  })

  it('stays on its line: no header, no control character, nothing that turns the text around', () => {
    expect(content.subject).toMatch(/^Invitation to <img/)
    for (const part of Object.values(content)) {
      expect(part).not.toMatch(/\u202e|\n\s*Bcc/)
      expect(part.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
    }
    expect(content.subject).not.toContain('\n')
  })

  it.each([0x61c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069])(
    'is without the character %i, which turns the text around it',
    (code) => {
      const turning = String.fromCodePoint(code)
      const organisation = `${turning}emca${turning} Ltd`
      const turned = render(
        letterOf({ ...mail, organisation, inviter: organisation, name: organisation }, linkTo),
      )
      for (const part of Object.values(turned)) expect(part).not.toContain(turning)
      expect(turned.subject).toBe('Invitation to emca Ltd')
    },
  )

  it('is shortened, and the subject to 78 characters', () => {
    expect(render(letterOf({ ...mail, organisation: 'y'.repeat(80) }, linkTo)).subject).toHaveLength(78)
    expect(content.text).toContain(`${'x'.repeat(79)}… invites`)
    const flags = render(letterOf({ ...mail, organisation: '🇩🇪'.repeat(40) }, linkTo)).subject
    expect(flags).toMatch(/^Invitation to (🇩🇪)+…$/u)
  })

  it('holds no link that a mail program could find', () => {
    const { text, html } = render(
      letterOf({ ...mail, organisation: 'Win: https://evil.example/x', inviter: 'www.evil.example' }, linkTo),
    )
    for (const part of [text, html]) expect(part).not.toMatch(/https?:\/\/evil|www\.evil|evil\.example/)
  })
})

describe('[M-15] an address is exactly one mailbox', () => {
  it.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['first.last+tag@sub.example.co.uk', 'first.last+tag@sub.example.co.uk'],
    ['root@localhost', 'root@localhost'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ])('%s is', (given, mailbox) => {
    expect(mailboxOf(given)).toBe(mailbox)
  })

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'a@b@example.com',
    'a@example.com,b@example.com',
    'a@example.com;b@example.com',
    'a@example.com b@example.com',
    'a@example.com\r\nBcc: b@example.com',
    'a@example.com\n',
    ' a@example.com',
    'a@example.com\u0000',
    '"a b"@example.com',
    '"a@b"@example.com',
    'Ada <a@example.com>',
    '<a@example.com>',
    'a(comment)@example.com',
    'a@[127.0.0.1]',
    'a@-example.com',
    'a@example..com',
    'a@example.com.',
    '.a@example.com',
    'a..b@example.com',
    'a\\@example.com',
    'a:b@example.com',
    'ä@example.com',
    'a@exa\u00admple.com',
    'a@example.com/x',
    'a@example.com%0d',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(64)}.com`,
    `a@${'b.'.repeat(130)}com`,
  ])('%j is not', (given) => {
    expect(mailboxOf(given)).toBeNull()
  })

  it.each([
    ['LLM Portal <portal@example.com>', { name: 'LLM Portal', address: 'portal@example.com' }],
    ['"Portal, LLM" <portal@example.com>', { name: 'Portal, LLM', address: 'portal@example.com' }],
    ['portal@example.com', { name: '', address: 'portal@example.com' }],
    ['Portal', null],
    ['Portal <portal@example.com>, Eve <eve@example.com>', null],
    ['Portal\r\nBcc: x <portal@example.com>', null],
  ])('of a sender too: %j', (given, sender) => {
    expect(senderOf(given)).toEqual(sender)
  })
})

describe('[M-16] links', () => {
  it('lead below the public address', () => {
    expect(linksTo('https://portal.example.com/base/')('/a?b=c#d')).toBe(
      'https://portal.example.com/base/a?b=c#d',
    )
  })

  it.each([
    '',
    'a',
    '@evil.example/',
    '.evil.example/',
    ':8080/',
    '//evil.example',
    '/../admin',
    '/%2e%2e/admin',
  ])('nowhere else: %j', (path) => {
    const make = () => linksTo('https://portal.example.com/base')(path)
    if (path === '//evil.example') expect(make()).toBe('https://portal.example.com/base//evil.example')
    else expect(make).toThrow('Not a path of the portal')
  })
})
