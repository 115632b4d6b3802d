// Pages without scripts: what a mail holds is text here, and its HTML stands in a frame that can do nothing but open
// links.
import { type StoredMail, webAddress } from './stored-mail.ts'

const style = `
:root{color-scheme:light dark;--line:#8885;--quiet:light-dark(#5a6270,#a3abb8);--link:light-dark(#1c5fd4,#8ab4ff)}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;background:light-dark(#fff,#15181d);color:light-dark(#1a1d23,#e8eaee)}
main{max-width:860px;margin:0 auto;padding:20px 16px 48px}
h1{font-size:1.4rem;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:1rem;margin:28px 0 8px}
a{color:var(--link)}
p,dl{margin:0 0 16px}
.quiet,time,dt{color:var(--quiet);font-size:.9rem}
form{display:flex;gap:8px;align-items:center;flex-wrap:wrap;margin:16px 0}
input,button{font:inherit;padding:8px 12px;min-height:44px;border:1px solid var(--line);border-radius:6px;background:transparent;color:inherit}
input{flex:1 1 220px;min-width:0}
ul{list-style:none;margin:0;padding:0;border-top:1px solid var(--line)}
li a{display:block;padding:12px 4px;border-bottom:1px solid var(--line);color:inherit;text-decoration:none;overflow-wrap:anywhere}
li a:hover strong,li a:focus-visible strong{text-decoration:underline}
li strong,li span,li time{display:block}
dl{display:grid;grid-template-columns:auto 1fr;gap:2px 12px}
dd{margin:0;overflow-wrap:anywhere}
iframe{width:100%;height:560px;border:1px solid var(--line);border-radius:6px;background:light-dark(#fff,#15181d)}
pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid var(--line);border-radius:6px;padding:16px;margin:0;font-size:.9rem}
`

/** The list; `to` is the address it is narrowed to. */
export function listPage(mails: readonly StoredMail[], to: string | undefined): string {
  const items = mails.map(
    ({ id, subject, to, sentAt }) =>
      `<li><a href="/dev/mailbox?mail=${escapeHtml(id)}"><strong>${escapeHtml(subject)}</strong><span>to ${escapeHtml(to)}</span>${timeOf(sentAt)}</a></li>`,
  )
  return page(
    'Mailbox',
    `<h1>Mailbox</h1>
<p class="quiet">No mail server is connected, so the portal’s mails are kept here: the newest 200. Set SMTP_URL to send them.</p>
<form><label for="to" class="quiet">To</label><input id="to" name="to" type="search" inputmode="email" placeholder="ada@example.com" value="${escapeHtml(to ?? '')}"><button>Show</button></form>
${items.length > 0 ? `<ul>${items.join('\n')}</ul>` : '<p>There is no mail yet.</p>'}`,
  )
}

/** One mail: its HTML as a mail program shows it, and its text. */
export function mailPage(mail: StoredMail): string {
  const { subject, from, to, sentAt, kind, html, text } = mail
  return page(
    subject,
    `<p><a href="/dev/mailbox">All mails</a> · <a href="/dev/mailbox?to=${encodeURIComponent(to)}">Mails to this address</a></p>
<h1>${escapeHtml(subject)}</h1>
<dl><dt>From</dt><dd>${escapeHtml(from)}</dd><dt>To</dt><dd>${escapeHtml(to)}</dd><dt>Sent</dt><dd>${timeOf(sentAt)}</dd><dt>Kind</dt><dd>${escapeHtml(kind)}</dd></dl>
<iframe title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${escapeHtml(inFrame(html))}"></iframe>
<h2>Text</h2>
<pre>${withLinks(text)}</pre>`,
  )
}

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`

/** Links of the mail open outside of its frame. */
const inFrame = (html: string): string => html.replace('<head>', '<head><base target="_blank">')

const timeOf = (iso: string): string =>
  `<time datetime="${escapeHtml(iso)}">${escapeHtml(iso.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'))}</time>`

function withLinks(text: string): string {
  const parts = text.split(webAddress)
  return parts
    .map((part, i) =>
      i % 2 === 0 ? escapeHtml(part) : `<a href="${escapeHtml(part)}">${escapeHtml(part)}</a>`,
    )
    .join('')
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
