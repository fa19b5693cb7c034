"""The core every flow is walked by: model, answers, engine, calendar, polls."""
