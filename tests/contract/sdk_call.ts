// A stranger's program against the generated types: one public call, and one with a key once API_KEY is set.
//   BASE_URL=http://127.0.0.1:8080 API_KEY=sk_test_… node generated/js/sdk_call.js
import createClient from "openapi-fetch";
import type { paths } from "./generated/v1";

const baseUrl = process.env["BASE_URL"] ?? "http://127.0.0.1:8080";
const key = process.env["API_KEY"];

// Node's own fetch; a Host that the server knows comes from the address
const api = createClient<paths>({ baseUrl, ...(key ? { headers: { Authorization: `Bearer ${key}` } } : {}) });

const clock = await api.GET("/v1/time");
if (clock.error) throw new Error(`GET /v1/time: ${clock.error.code} (${clock.error.request_id})`);
if (!clock.response.headers.get("x-request-id")) throw new Error("GET /v1/time: no X-Request-Id");
console.log("typescript: GET /v1/time", clock.response.status, JSON.stringify(clock.data));

if (key) {
  const mine = await api.GET("/v1/tenant");
  if (mine.error) throw new Error(`GET /v1/tenant: ${mine.error.code} (${mine.error.request_id})`);
  console.log("typescript: GET /v1/tenant", mine.response.status, mine.data.id);

  const absent = await api.GET("/v1/bills/{id}", { params: { path: { id: "bill_00000000000000000000000000" } } });
  if (absent.error?.code !== "absent") throw new Error(`GET /v1/bills/{id}: ${absent.response.status} is not absent`);
  console.log("typescript: GET /v1/bills/{id}", absent.response.status, absent.error.code);
}
