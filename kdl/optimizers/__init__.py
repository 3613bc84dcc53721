"""Optimizers and learning-rate schedules: one file each, as lessons that also train.

An optimizer's file has `make(learning_rate, ...)`, which gives a `keras.optimizers.Optimizer`; a schedule's file has
`make(learning_rate, steps)`, which gives a `LearningRateSchedule` for a training of so many steps. Both go into
`model.compile`.
"""
