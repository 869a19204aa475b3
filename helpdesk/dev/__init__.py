"""The embedded stack behind `make run`, the throwaway one behind the tests, and the demo's mail catcher."""
