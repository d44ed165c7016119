// Shows what belongs to a radio button only while it is chosen. GOV.UK Frontend's own script also sets aria-expanded,
// which ARIA does not allow on a radio button; without a script everything simply shows.

const inputs = '.govuk-radios__input[data-aria-controls]'

function update() {
  for (const input of document.querySelectorAll(inputs)) {
    const revealed = document.getElementById(input.dataset.ariaControls)
    revealed?.classList.toggle('govuk-radios__conditional--hidden', !input.checked)
  }
}

export function revealWhatBelongsToRadios() {
  if (!document.querySelector(inputs)) return
  document.addEventListener('change', update)
  window.addEventListener('pageshow', update) // the browser restores choices when somebody comes back
  update()
}
