"""The main job in five lines: a task on a simulated phone, with the model that ships."""

from tapwright import Agent, connect, load_model

with connect("sim", seed=5) as phone:
    run = Agent(load_model("embedded"), phone).run(
        "Turn on dark theme", ["settings get secure ui_night_mode == 2"]
    )
print(f"{run.outcome.value}: {run.message}")
