// Reads a calendar from standard input with ical.js and writes what it understood as JSON.
// Instants come from the calendar's own VTIMEZONE: ical.js knows no time zones by itself.

import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const instant = (time) => (time ? time.toJSDate().toISOString() : null);

ICAL.design.strict = true;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
ICAL.TimezoneService.reset();
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(new ICAL.Timezone(zone));
}
const text = (component, name) => component.getFirstPropertyValue(name);
const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const conference = component.getFirstProperty("conference");
  return {
    uid: text(component, "uid"),
    summary: text(component, "summary"),
    description: text(component, "description"),
    location: text(component, "location"),
    status: text(component, "status"),
    sequence: text(component, "sequence"),
    zone: component.getFirstProperty("dtstart").getParameter("tzid") ?? "UTC",
    allDay: text(component, "dtstart").isDate,
    firstDay: text(component, "dtstart").toString().slice(0, 10),
    endsBefore: text(component, "dtend")?.toString().slice(0, 10) ?? null,
    transparency: text(component, "transp"),
    geo: text(component, "geo"),
    alarms: component.getAllSubcomponents("valarm").map((alarm) => ({
      action: text(alarm, "action"),
      seconds: text(alarm, "trigger").toSeconds(),
      description: text(alarm, "description"),
    })),
    start: instant(text(component, "dtstart")),
    end: instant(text(component, "dtend")),
    stamp: instant(text(component, "dtstamp")),
    categories: component.getFirstProperty("categories")?.getValues() ?? [],
    conference: conference && {
      type: conference.type,
      value: conference.getFirstValue(),
      feature: conference.getParameter("feature"),
    },
  };
});
const name = text(calendar, "name");
process.stdout.write(JSON.stringify({ name, method: text(calendar, "method"), events }));
