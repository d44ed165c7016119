// Filters fold away on a phone and stand beside the results where there is room.
// Without JavaScript they are a <details> that anyone can open.

const wide = window.matchMedia('(min-width: 48.0625em)')

export function openFiltersOnWideScreens() {
  for (const filter of document.querySelectorAll('details[data-app-filter]')) {
    const openOnPhone = filter.open // the server leaves it open while filters are in use and none match
    const follow = () => {
      filter.open = wide.matches || openOnPhone
    }
    wide.addEventListener('change', follow)
    follow()
  }
}
