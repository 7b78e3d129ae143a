// AP.jira.openDatePicker: a box at a place in the app's frame, in which a day is chosen, and a time if
// that is asked for.

const twoDigits = (number) => String(number).padStart(2, '0');

// localDay and localTime are what the browser's fields for dates and times hold.
function localDay(date) {
  return `${String(date.getFullYear()).padStart(4, '0')}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

function localTime(date) {
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

// openDatePicker answers once, when a date was chosen, with the instant in ISO 8601 and as a Date. Without
// a time to choose, the time of the day stays that of the date that the picker opened with.
function openDatePicker(call, ...args) {
  const { position, date, showTime } = optionsOf(args);
  const first = new Date(date === undefined ? Date.now() : Date.parse(date));
  const shown = Number.isNaN(first.getTime()) ? new Date(Date.now()) : first;
  const day = field('input', { type: 'date', required: '' }, localDay(shown));
  const time = field('input', { type: 'time', required: '' }, localTime(shown));
  const corner = call.registration.iframe.getBoundingClientRect();
  const { left, top } = plain(position);
  showHostDialog({
    title: showTime ? 'Pick a date and time' : 'Pick a date',
    content: [labelled('Date', day), ...(showTime ? [labelled('Time', time)] : [])],
    submitText: 'OK',
    cancelText: 'Cancel',
    at: { left: corner.left + (Number(left) || 0), top: corner.top + (Number(top) || 0) },
    closed(agreed) {
      if (agreed) {
        const chosen = chosenDate(shown, day.value, showTime ? time.value : localTime(shown));
        call.respond(chosen.toISOString(), chosen);
      }
    },
  });
}

function chosenDate(shown, day, time) {
  const [year, month, date] = day.split('-').map(Number);
  const [hours, minutes] = time.split(':').map(Number);
  const chosen = new Date(shown.getTime());
  chosen.setFullYear(year, month - 1, date);
  chosen.setHours(hours, minutes);
  return chosen;
}
