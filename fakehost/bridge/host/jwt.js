// The host never verifies a token; it only looks at exp, to know whether a URL is worth opening.

function jwtClaims(jwt) {
  const payload = String(jwt).split('.')[1];
  if (!payload) {
    throw new Error('not a JWT');
  }
  const bytes = atob(payload.replace(/-/g, '+').replace(/_/g, '/'));
  return JSON.parse(decodeURIComponent(escapeBytes(bytes)));
}

function escapeBytes(bytes) {
  return Array.from(bytes, (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
}

// jwtExpired takes a token for expired when it cannot be read, and clockSkewSeconds before its time.
function jwtExpired(jwt) {
  let exp = 0;
  try {
    exp = jwtClaims(jwt).exp || 0;
  } catch (error) {
    return true;
  }
  return exp - page.clockSkewSeconds < Math.floor(Date.now() / 1000);
}

// urlUsable tells whether an iframe may be opened at url: a URL without a token always may
// (atlassian-connect-js 5.3.190, src/host/components/iframe.js).
function urlUsable(url) {
  if (!url) {
    return false;
  }
  const jwt = new URL(url, location.href).searchParams.get('jwt');
  return !jwt || !jwtExpired(jwt);
}
