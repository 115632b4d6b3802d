import { escapeHtml, subjectLine } from './words.ts'

/** What a mail says, in no format. Whatever people wrote in it has been through `words`. */
export type Letter = {
  subject: string
  /** Whom it greets, where a name is known. */
  name?: string | undefined
  paragraphs: readonly string[]
  action?: { label: string; url: string }
  /** Why this mail was sent. */
  reason: string
  /** What to do for somebody who has not asked for it. */
  otherwise: string
  /** Where mails of this kind are ended: by a page, and by mail programs with one click (RFC 8058). */
  unsubscribe?: { page: string; oneClick: string }
}

/** A mail as it is sent. */
export type Content = {
  subject: string
  text: string
  html: string
  /** Where mail programs end mails like this one with a POST (RFC 8058). */
  unsubscribeUrl?: string
}

/** The same words as plain text and as HTML. */
export function render(letter: Letter): Content {
  const content = { subject: subjectLine(letter.subject), text: textOf(letter), html: htmlOf(letter) }
  return letter.unsubscribe ? { ...content, unsubscribeUrl: letter.unsubscribe.oneClick } : content
}

const greeting = ({ name }: Letter): string => (name ? `Hello ${name},` : 'Hello,')

function textOf(letter: Letter): string {
  const { paragraphs, action, reason, otherwise, unsubscribe } = letter
  const end = unsubscribe ? [unsubscribe.page] : []
  const link = action ? [`${action.label}:\n${action.url}`] : []
  return `${[greeting(letter), ...paragraphs, ...link, [otherwise, ...end].join('\n'), `-- \n${reason}`].join('\n\n')}\n`
}

function htmlOf(letter: Letter): string {
  const { subject, paragraphs, action, reason, otherwise, unsubscribe } = letter
  const body = [
    ...[greeting(letter), ...paragraphs].map((text) => `<p>${escapeHtml(text)}</p>`),
    action ? actionHtml(action) : '',
    `<p>${escapeHtml(otherwise)}${unsubscribe ? ` ${linkHtml(unsubscribe.page)}` : ''}</p>`,
    `<p style="font-size:13px;opacity:.75;border-top:1px solid #8886;padding-top:12px">${escapeHtml(reason)}</p>`,
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(subjectLine(subject))}</title>
</head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif">
<div style="max-width:560px;margin:0 auto;overflow-wrap:anywhere">
${body.filter(Boolean).join('\n')}
</div>
</body>
</html>
`
}

/** A button, and the address in full for programs that show none. */
function actionHtml({ label, url }: { label: string; url: string }): string {
  const href = escapeHtml(url)
  return `<p><a href="${href}" style="display:inline-block;padding:10px 18px;border-radius:6px;background:#1c5fd4;color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(label)}</a></p>
<p style="font-size:13px">${linkHtml(url)}</p>`
}

const linkHtml = (url: string): string => `<a href="${escapeHtml(url)}">${escapeHtml(url)}</a>`
