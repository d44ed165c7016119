// Shows a question as soon as the answer that brings it up is chosen. Without a script the page comes again with it.

const waiting = '[data-shown-if]'

// What is chosen in a question, unless that question itself is hidden.
function chosen(form, name) {
  return [...form.elements]
    .filter((each) => each.name === name && !each.closest('[hidden]'))
    .filter((each) => each.checked || each.tagName === 'SELECT')
    .map((each) => each.value)
}

function update(say) {
  const come = []
  const gone = []
  // In the order of the page: a question depends only on one before it.
  for (const question of document.querySelectorAll(waiting)) {
    const wanted = question.dataset.shownFor.split(/\s+/)
    const shows = chosen(question.closest('form'), question.dataset.shownIf).some((each) => wanted.includes(each))
    if (shows === !question.hidden) continue
    question.hidden = !shows
    const words = question.querySelector('legend, label, h2, h3')?.textContent.trim() ?? ''
    ;(shows ? come : gone).push(words)
  }
  if (come.length) say(`A further question stands below: ${come.join('. ')}`)
  else if (gone.length) say('A further question is no longer asked. What you typed there is kept.')
}

export function askWhatAnAnswerBringsUp() {
  if (!document.querySelector(waiting)) return
  const status = document.createElement('div')
  status.className = 'govuk-visually-hidden'
  status.setAttribute('role', 'status')
  document.querySelector('main').append(status)
  const say = (words) => {
    status.textContent = words
  }
  // Tells the server that nothing needs to be shown again before going on.
  for (const mark of document.getElementsByName('page.at-once')) mark.value = 'yes'
  document.addEventListener('change', () => update(say))
  window.addEventListener('pageshow', () => update(() => {})) // the browser restores choices when somebody comes back
  update(() => {})
}
